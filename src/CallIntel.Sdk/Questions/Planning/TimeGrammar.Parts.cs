namespace CallIntel.Sdk.Questions.Planning;

/// <summary>Parts of a longer period, periods without a start, and days of the week within another period.</summary>
sealed partial class TimeGrammar
{
    /// <summary>"the week of March 3", "week starting 8 June", "weekend of June 6": the one with that day.</summary>
    TimeExpression? WeekOf()
    {
        Skip("the");
        bool weekend = Is(0, "weekend");
        if (!Skip("week", "wk", "weekend") || !Skip("of", "from", "starting", "beginning", "commencing", "containing"))
            return null;
        Skip("the");
        if ((Try(DatedWeekday) ?? Try(NumericDate) ?? Try(DayMonth) ?? Try(DayOfThisMonth)) is not { } read)
            return null;
        DateTime day = read.Period!.Value.From;
        if (!weekend)
            return clock.Whole(TimeUnit.Week, day) with { Fault = read.Fault };
        DateTime saturday = LastDay(DayOfWeek.Saturday, day.DayOfWeek is DayOfWeek.Sunday ? day : day.AddDays(6));
        return new TimeExpression(new PlanPeriod(saturday, saturday.AddDays(2)), null) { Fault = read.Fault };
    }

    /// <summary>"Mon 8 June": a date with its day of the week, which must be the right one.</summary>
    TimeExpression? DatedWeekday()
    {
        if (!IsWeekdayHere(0, out int after))
            return null;
        DayOfWeek day = TimeWords.Days[tokens[_at].Text];
        _at = after;
        Skip(",");
        if ((Try(NumericDate) ?? Try(DayMonth)) is not { Period: { } date } read)
            return null;
        return date.From.DayOfWeek == day || read.Fault is not TimeFault.None ? read : Faulty(TimeFault.NoSuchTime);
    }

    /// <summary>
    /// "first week of June", "second half of May", "the last 3 days of last month". "The end of May" does not say how
    /// many days it has.
    /// </summary>
    TimeExpression? PartOfPeriod()
    {
        Skip("the");
        if (Peek() is not { } token)
            return null;
        _at++;
        if (token.IsAny("beginning", "start", "middle", "end") && Skip("of"))
            return LongPeriod() is not null ? Faulty(TimeFault.Vague) : null;
        if (token.IsAny("early", "mid", "late"))
        {
            Skip("-");
            return Try(MonthYear) is not null ? Faulty(TimeFault.Vague) : null;
        }
        bool last = token.Is("last");
        int? ordinal =
            last ? 1
            : token.IsNumber || token.IsAny("a", "an", "one") ? null
            : TimeWords.Number(token);
        if (ordinal is not { } place)
            return null;
        bool half = Skip("half");
        int count = 1;
        if (!half && place == 1 && Peek() is { } number && TimeWords.Number(number) is { } several)
            (count, _at) = (several, _at + 1);
        TimeUnit? unit = half ? TimeUnit.HalfYear : PeekUnit();
        if (unit is not (TimeUnit.Day or TimeUnit.Week or TimeUnit.HalfYear) || !Skip("of", "in"))
            return null;
        if (LongPeriod() is not { Period: { } whole, Unit: { } wide } read || wide < TimeUnit.Week)
            return null;
        if (half)
            return wide is TimeUnit.Month && place <= 2 ? Half(read, whole, place) : null;
        int days = (unit is TimeUnit.Week ? 7 : 1) * count;
        DateTime from = last ? whole.To.AddDays(-days) : whole.From.AddDays((place - 1) * days);
        PlanPeriod part = new(from, from.AddDays(days));
        return new TimeExpression(part, count == 1 ? unit : null)
        {
            Fault = part.From < whole.From || part.To > whole.To ? TimeFault.NoSuchTime : read.Fault,
        };
    }

    static TimeExpression Half(TimeExpression read, PlanPeriod month, int place)
    {
        DateTime middle = month.From.AddDays(15);
        return new TimeExpression(place == 1 ? month with { To = middle } : month with { From = middle }, null)
        {
            Fault = read.Fault,
        };
    }

    /// <summary>A period that can have parts: "May", "last month", "the quarter", "Q1", "2025".</summary>
    TimeExpression? LongPeriod()
    {
        Skip("the");
        return Try(LastUnits) ?? Try(MonthYear) ?? Try(QuarterOrHalf) ?? Try(YearAlone) ?? Try(PresentUnit);
    }

    /// <summary>
    /// "until Friday", "before June": a period without a start. "Until now" adds nothing to the period it belongs to.
    /// </summary>
    TimeExpression? Until() =>
        Try(() =>
        {
            bool until = Skip("until", "till", "til", "through") || (Is(0, "up") && Is(1, "to", "until") && Skip("up"));
            if (until)
                Skip("to", "until");
            if (until && Skip("now", "today", "date"))
                return new TimeExpression(null, null);
            if (!until && !Skip("before", "prior"))
                return null;
            Skip("to");
            Skip("the", "end");
            Skip("of");
            return Point() is { Period: not null } ? Faulty(TimeFault.NoStart) : null;
        });

    /// <summary>"Monday", "Friday last week", "Tuesday and Wednesday of last week", "Tuesday 2 weeks ago".</summary>
    TimeExpression? Weekday()
    {
        if (!IsWeekdayHere(0, out int after))
            return null;
        DayOfWeek day = TimeWords.Days[tokens[_at].Text];
        PlanDays days = WeekdaysInARow();
        Skip("of");
        if ((Try(LastUnits) ?? Try(Ago)) is { Unit: TimeUnit.Week, Period: { } week, Days: null } read)
            return InWeek(read, week, days);
        (_at, days) = (after, (PlanDays)(1 << (int)day));
        return clock.Whole(TimeUnit.Day, LastDay(day, clock.Today)) with { Days = days };
    }

    /// <summary>Limits a week to some of its days: to a shorter period, if they follow each other.</summary>
    internal static TimeExpression InWeek(TimeExpression read, PlanPeriod week, PlanDays days)
    {
        DateTime[] dates =
        [
            .. Enumerable
                .Range(0, 7)
                .Select(i => week.From.AddDays(i))
                .Where(date => days.HasFlag((PlanDays)(1 << (int)date.DayOfWeek))),
        ];
        return (dates[^1] - dates[0]).Days == dates.Length - 1
            ? new TimeExpression(
                new PlanPeriod(dates[0], dates[^1].AddDays(1)),
                dates.Length == 1 ? TimeUnit.Day : null
            )
            : read with
            {
                Hours = new PlanHours(days, 0, 24),
            };
    }

    /// <summary>"Tuesday, Wednesday and Friday", "Monday to Wednesday".</summary>
    PlanDays WeekdaysInARow()
    {
        PlanDays days = PlanDays.None;
        DayOfWeek last = default;
        while (IsWeekdayHere(0, out int after))
        {
            DayOfWeek day = TimeWords.Days[tokens[_at].Text];
            bool span = days is not PlanDays.None && tokens[_at - 1].IsAny("to", "-", "through", "until", "till");
            days |= Days(span ? last : day, day);
            (last, _at) = (day, after);
            int joined =
                Is(0, ",") && Is(1, "and", "or") ? 2
                : Is(0, "and", "or", ",", "&", "to", "-", "through") ? 1
                : 0;
            if (joined > 0 && IsWeekdayHere(joined, out _))
                _at += joined;
        }
        return days;
    }

    static PlanDays Days(DayOfWeek from, DayOfWeek to)
    {
        PlanDays days = (PlanDays)(1 << (int)to);
        for (int i = (int)from; i != (int)to; i = (i + 1) % 7)
            days |= (PlanDays)(1 << i);
        return days;
    }

    /// <summary>Whether a day of the week is here. "Mondays" is none: it limits the days of another period.</summary>
    bool IsWeekdayHere(int ahead, out int after)
    {
        bool found =
            Peek(ahead) is { Kind: TokenKind.Word } token
            && TimeWords.Days.ContainsKey(token.Text)
            && (!token.Text.EndsWith('s') || token.IsAny("tues", "thurs"));
        after = found ? _at + ahead + 1 : _at;
        return found;
    }
}
