namespace CallIntel.Sdk.Questions.Planning;

/// <summary>
/// Reads expressions of time. Each reading method returns null and leaves the position alone if the tokens do not have
/// its form.
/// </summary>
sealed partial class TimeGrammar(List<Token> tokens, QuestionClock clock)
{
    int _at;

    /// <summary>Reads the expression that starts at a token and returns it with the number of its tokens.</summary>
    internal (TimeExpression Expression, int Count)? ReadAt(int index)
    {
        _at = index;
        TimeExpression? read = Hours()
            ?? Span()
            ?? Since()
            ?? Until()
            ?? Recurring()
            ?? PartOfDay()
            ?? Prefixed()
            ?? Point();
        if (read is null)
            return null;
        // "yesterday afternoon", "last week on weekdays": hours are expressions of their own, except directly behind
        // a day.
        if (read.Period is not null && Is(0, "to") && Is(1, "date"))
            _at += 2; // "Q2 to date": a period that is not over ends now anyway
        int end = _at;
        if (read is { Period: not null, Hours: null, Unit: TimeUnit.Day } && PartOfDay() is { Period: null } part)
            return (read with { Hours = part.Hours, Fault = part.Fault }, _at - index);
        return (read, end - index);
    }

    Token? Peek(int ahead = 0) => _at + ahead < tokens.Count ? tokens[_at + ahead] : null;

    bool Skip(params ReadOnlySpan<string> texts)
    {
        if (Peek() is not { } token || !token.IsAny(texts))
            return false;
        _at++;
        return true;
    }

    /// <summary>Reads with a method, and goes back if it returns null.</summary>
    T? Try<T>(Func<T?> read)
        where T : class
    {
        int start = _at;
        T? result = read();
        if (result is null)
            _at = start;
        return result;
    }

    /// <summary>"between A and B", "from A to B", "A - B".</summary>
    TimeExpression? Span() =>
        Try(() =>
        {
            bool opened = Skip("between", "from");
            Skip("the");
            int start = _at;
            if (SharedMonth() is { } shared)
                return shared;
            _at = start;
            if (Point() is not { Period: { } first } from)
                return null;
            // "calls in May and June" names two periods, but "between May and June" one.
            if (!Skip("to", "until", "till", "til", "through", "thru", "-") && !(opened && Skip("and")))
                return null;
            Skip("the");
            if ((Point() ?? DayOfSameMonth(from)) is not { Period: { } last } to)
                return null;
            if (last.To <= first.From)
                first = IsWeekday(start) ? Move(first, TimeUnit.Week) : Move(first, TimeUnit.Year);
            PlanDays? days =
                IsWeekday(start) && IsWeekday(_at - 1) ? Days(first.From.DayOfWeek, last.From.DayOfWeek) : null;
            return last.To > first.From
                ? new TimeExpression(new PlanPeriod(first.From, last.To), null)
                {
                    Days = days,
                    Fault = from.Fault is TimeFault.None ? to.Fault : from.Fault,
                }
                : new TimeExpression(first, null) { Fault = TimeFault.NoSuchTime };
        });

    /// <summary>"May 3 to 9": the second day has the month of the first.</summary>
    TimeExpression? DayOfSameMonth(TimeExpression first)
    {
        if (
            first is not { Unit: TimeUnit.Day, Period: { } day }
            || Peek() is not { } token
            || TimeWords.DayOfMonth(token) is not { } last
        )
            return null;
        _at++;
        return Day(day.From.Year, day.From.Month, last);
    }

    /// <summary>"the start of the year", "the whole month": the present one.</summary>
    TimeExpression? PresentUnit() => PeekUnit() is { } unit ? clock.Whole(unit, clock.Today) : null;

    static PlanPeriod Move(PlanPeriod period, TimeUnit back) =>
        new(QuestionClock.Add(period.From, back, -1), QuestionClock.Add(period.To, back, -1));

    bool IsWeekday(int index) => TimeWords.Days.ContainsKey(tokens[index].Text);

    /// <summary>"3 to 7 June", "between the 1st and 7th of May": both days have the same month.</summary>
    TimeExpression? SharedMonth()
    {
        if (Peek() is not { } a || TimeWords.DayOfMonth(a) is not { } first)
            return null;
        _at++;
        if (!Skip("to", "and", "until", "till", "through", "-"))
            return null;
        Skip("the");
        if (Peek() is not { } b || TimeWords.DayOfMonth(b) is not { } last || last < first)
            return null;
        if (Try(DayMonth) is not { Period: { } end } read)
            return null;
        DateTime start = new(end.From.Year, end.From.Month, first);
        return new TimeExpression(new PlanPeriod(start, end.To), null) { Fault = read.Fault };
    }

    /// <summary>"since Monday", "after 1 May", "from 1 May on".</summary>
    TimeExpression? Since() =>
        Try(() =>
        {
            bool from = Peek() is { } t && t.Is("from");
            if (!Skip("since", "after", "from", "starting"))
                return null;
            bool after = tokens[_at - 1].Is("after");
            Skip("the", "on", "in", "from");
            if (!from && Hour() is { IsExplicit: true } hour)
                return SinceHour(hour);
            bool atStart = Skip("beginning", "start");
            Skip("of");
            Skip("the");
            if ((Point() ?? (atStart ? PresentUnit() : null)) is not { Period: { } period } read)
                return null;
            if (from && !atStart && !(Skip("on", "onwards", "onward") || ToNow()))
                return null;
            if (!from)
                ToNow();
            DateTime start = after && read.Unit is not null ? period.To : period.From;
            return start < clock.End
                ? new TimeExpression(new PlanPeriod(start, clock.End), null) { Fault = read.Fault }
                : new TimeExpression(period, null) { Fault = TimeFault.Future };
        });

    /// <summary>"since noon", "since 9 am": of today.</summary>
    TimeExpression? SinceHour(ClockTime hour)
    {
        if (!Skip("today") && (Is(0, "on", "of", "in") || Try(Point) is not null))
            return null;
        DateTime start = clock.Today.AddHours(hour.Hour);
        if (start >= clock.End)
            return Faulty(TimeFault.Future);
        return hour.IsWhole ? new TimeExpression(new PlanPeriod(start, clock.End), null) : Faulty(TimeFault.NoSuchTime);
    }

    bool ToNow()
    {
        int start = _at;
        if (Skip("to", "until", "till") && Skip("now", "today", "date"))
            return true;
        _at = start;
        return false;
    }

    /// <summary>An expression behind a preposition: "in May", "on Friday", "over the last week".</summary>
    TimeExpression? Prefixed() =>
        Try(() =>
        {
            if (!Skip("in", "on", "during", "over", "for", "of", "within", "from", "throughout", "across"))
                return null;
            bool whole = false;
            if (Skip("all", "the") && Skip("whole", "entire", "full", "month"))
            {
                whole = !tokens[_at - 1].Is("month");
                Skip("of");
            }
            Skip("of", "the");
            return Point() ?? (whole ? PresentUnit() : null);
        });
}
