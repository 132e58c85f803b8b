namespace CallIntel.Sdk.Questions.Planning;

/// <summary>Single periods: days, weeks, months and what lies relative to the present.</summary>
sealed partial class TimeGrammar
{
    TimeExpression? Point() =>
        Try(Relative)
        ?? Try(Present)
        ?? Try(Ago)
        ?? Try(WeekOf)
        ?? Try(PartOfPeriod)
        ?? Try(LastUnits)
        ?? Try(ToDate)
        ?? Try(NumericDate)
        ?? Try(DayMonth)
        ?? Try(MonthYear)
        ?? Try(QuarterOrHalf)
        ?? Try(WeekNumber)
        ?? Try(DatedWeekday)
        ?? Try(Weekday)
        ?? Try(DayOfThisMonth)
        ?? Try(YearAlone)
        ?? Try(AllTime);

    /// <summary>"the week before", "a year earlier", "previous period", "same period last year".</summary>
    TimeExpression? Relative()
    {
        bool article = Skip("the", "a", "one");
        if (Skip("same"))
        {
            if (
                Skip("time", "period", "days", "day", "week", "month", "quarter", "dates")
                && Skip("last", "previous", "the")
            )
            {
                Skip("previous");
                return PeekUnit() is { } back and not TimeUnit.Hour ? Back(back) : null;
            }
            // "same week a year ago"
            return Skip("a", "one") && PeekUnit() is { } ago and not TimeUnit.Hour && Skip("ago", "earlier", "before")
                ? Back(ago)
                : null;
        }
        if (Skip("previous", "prior", "preceding") && Skip("period", "one", "timeframe"))
            return new TimeExpression(null, null) { IsPeriodBefore = true };
        _at -= _at > 0 && tokens[_at - 1].IsAny("previous", "prior", "preceding") ? 1 : 0;
        if (Skip("period") && Skip("before"))
            return new TimeExpression(null, null) { IsPeriodBefore = true };
        if (tokens[Math.Max(_at - 1, 0)].Is("one") && Skip("before"))
            return new TimeExpression(null, null) { IsPeriodBefore = true };
        int start = _at;
        if (
            Peek() is { } first
            && TimeWords.Number(first) is { } count and > 1 and < 1000
            && Peek(2) is { } third
            && third.IsAny("before", "earlier", "prior")
        )
        {
            _at++;
            return PeekUnit() is { } counted && Skip("before", "earlier", "prior") && !Skip("yesterday", "last")
                ? new TimeExpression(null, counted, count) { Back = counted }
                : null;
        }
        if (Peek() is { } day && TimeWords.Days.ContainsKey(day.Text) && Peek(1) is { } behind && behind.Is("before"))
        {
            _at += 2;
            return Back(TimeUnit.Week); // "and the Monday before"
        }
        if (Skip("wow", "mom", "yoy", "dod"))
            return Back(
                tokens[_at - 1].Text[0] switch
                {
                    'w' => TimeUnit.Week,
                    'm' => TimeUnit.Month,
                    'y' => TimeUnit.Year,
                    _ => TimeUnit.Day,
                }
            );
        if (PeekUnit() is { } twice && Skip("over", "on") && PeekUnit() == twice)
            return Back(twice);
        _at = start;
        if (
            PeekUnit() is { } unit
            && (Skip("before", "earlier", "prior", "previously") || (article && Skip("previous")))
        )
            return Skip("yesterday", "last") ? null : Back(unit);
        return null;
    }

    static TimeExpression Back(TimeUnit unit) => new(null, unit) { Back = unit };

    /// <summary>Takes a unit, if the next token is one.</summary>
    TimeUnit? PeekUnit()
    {
        if (Peek() is not { Kind: TokenKind.Word } token || !TimeWords.Units.TryGetValue(token.Text, out TimeUnit unit))
            return null;
        _at++;
        return unit;
    }

    TimeExpression? Present()
    {
        if (Skip("the") && !(Peek() is { } next && TimeWords.Units.ContainsKey(next.Text)))
            return null;
        if (Skip("day") && Skip("before") && Skip("yesterday"))
            return clock.Whole(TimeUnit.Day, clock.Today, -2);
        if (PeekUnit() is { } twice)
            return Skip("before") && Skip("last") ? clock.Whole(twice, clock.Today, -2) : null;
        if (Skip("today", "todays"))
            return clock.Whole(TimeUnit.Day, clock.Today);
        if (Skip("yesterday", "yesterdays"))
            return clock.Whole(TimeUnit.Day, clock.Today, -1);
        if (Skip("tonight"))
            return clock.Whole(TimeUnit.Day, clock.Today) with { Hours = new PlanHours(PlanDays.All, 18, 24) };
        return Skip("tomorrow") ? clock.Whole(TimeUnit.Day, clock.Today, 1) : null;
    }

    /// <summary>"2 weeks ago", "a month ago".</summary>
    TimeExpression? Ago()
    {
        if (Peek() is not { } token || TimeWords.Number(token) is not { } count || count is < 1 or > 500)
            return null;
        _at++;
        if (token.Is("a"))
            Skip("couple");
        if (tokens[_at - 1].Is("couple"))
            (count, _) = (2, Skip("of"));
        if (Skip("fortnight", "fortnights"))
            return Skip("ago") ? clock.Whole(TimeUnit.Week, clock.Today, -2 * count) : null;
        return PeekUnit() is { } unit && Skip("ago")
            ? clock.Whole(unit, unit is TimeUnit.Hour ? clock.Now : clock.Today, -count)
            : null;
    }

    /// <summary>"last week", "this month", "the past 30 days", "previous quarter", "last Friday", "last May".</summary>
    TimeExpression? LastUnits()
    {
        bool rolling = Skip("the") && _at > 1 && tokens[_at - 2].IsAny("in", "over", "within");
        if (Skip("weekend"))
            return Weekend(0) with { Days = PlanDays.Weekend };
        if (
            !Skip(
                "last",
                "past",
                "previous",
                "prior",
                "preceding",
                "this",
                "current",
                "next",
                "coming",
                "latest",
                "lst"
            )
        )
            return null;
        string which = tokens[_at - 1].Text;
        if (which is "last" or "past" && PeekUnit() is { } before && Skip("but") && Skip("one"))
            return clock.Whole(before, clock.Today, -2);
        while (_at > 0 && !tokens[_at - 1].Is(which))
            _at--;
        int offset =
            which is "this" or "current" ? 0
            : which is "next" or "coming" ? 1
            : -1;
        if (offset == -1 && Skip("night"))
            return clock.Whole(TimeUnit.Day, clock.Today, -1) with { Hours = new PlanHours(PlanDays.All, 18, 24) };
        if (offset < 0 && Skip("fortnight"))
            return clock.Last(TimeUnit.Week, 2);
        bool full = Skip("full", "whole", "complete", "calendar");
        if (Peek() is not { } token)
            return null;
        if (token.Kind is TokenKind.Word && Skip("weekend", "weekends"))
            return Weekend(offset);
        if (TimeWords.Counted(token) is { } glued && offset < 0)
        {
            _at++;
            return clock.Last(glued.Unit, glued.Count); // "last 7d"
        }
        if (TimeWords.Number(token) is { } count and >= 1 && !token.IsAny("a", "an"))
        {
            _at++;
            Skip("of");
            full |= Skip("full", "whole", "complete", "calendar");
            bool business = Skip("working", "business");
            if (PeekUnit() is not { } counted || count > 1000 || business || offset == 1)
                return null;
            if (!full)
                return clock.Last(counted, count);
            TimeExpression last = clock.Whole(counted, clock.Today, -1);
            DateTime from = QuestionClock.Add(last.Period!.Value.To, counted, -count);
            return new TimeExpression(new PlanPeriod(from, last.Period.Value.To), counted, count);
        }
        if (token.IsAny("few"))
        {
            _at++;
            return PeekUnit() is { } few ? clock.Last(few, 3) : null;
        }
        if (PeekUnit() is { } unit)
            return which is "past" || (rolling && which is "last") || unit is TimeUnit.Hour && offset < 0
                ? clock.Last(unit, 1)
                : clock.Whole(unit, unit is TimeUnit.Hour ? clock.Now : clock.Today, offset);
        if (TimeWords.Days.TryGetValue(token.Text, out DayOfWeek day))
        {
            _at++;
            DateTime date = offset switch
            {
                0 => clock.StartOf(TimeUnit.Week, clock.Today).AddDays(((int)day - (int)clock.WeekStart + 7) % 7),
                < 0 => LastDay(day, clock.Today.AddDays(-1)),
                _ => LastDay(day, clock.Today.AddDays(7)),
            };
            return clock.Whole(TimeUnit.Day, date);
        }
        if (TimeWords.Months.TryGetValue(token.Text, out int month))
        {
            _at++;
            DateTime date = new(clock.Today.Year, month, 1);
            if (offset < 0 && date.AddMonths(1) > clock.Today)
                date = date.AddYears(-1);
            return clock.Whole(TimeUnit.Month, date);
        }
        return null;
    }

    TimeExpression Weekend(int offset)
    {
        // The latest Saturday that has begun; "last weekend" on a Sunday is the one before.
        DateTime saturday = LastDay(DayOfWeek.Saturday, clock.Today);
        if (offset < 0 && saturday.AddDays(2) > clock.Today)
            saturday = saturday.AddDays(-7);
        if (offset > 0)
            saturday = saturday.AddDays(7);
        return new TimeExpression(new PlanPeriod(saturday, saturday.AddDays(2)), TimeUnit.Week);
    }

    /// <summary>The latest date with a day of the week, up to a date.</summary>
    static DateTime LastDay(DayOfWeek day, DateTime upTo) => upTo.AddDays(-(((int)upTo.DayOfWeek - (int)day + 7) % 7));

    /// <summary>"year to date", "MTD", "month so far".</summary>
    TimeExpression? ToDate()
    {
        TimeUnit? unit = Peek()?.Text switch
        {
            "ytd" => TimeUnit.Year,
            "qtd" => TimeUnit.Quarter,
            "mtd" => TimeUnit.Month,
            "wtd" => TimeUnit.Week,
            _ => null,
        };
        if (unit is not null)
        {
            _at++;
            return clock.Whole(unit.Value, clock.Today);
        }
        Skip("the");
        return PeekUnit() is { } named && Skip("to") && Skip("date") ? clock.Whole(named, clock.Today) : null;
    }

    TimeExpression? AllTime()
    {
        bool all = Skip("all") && Skip("time");
        if (all || Skip("ever"))
            return new TimeExpression(
                new PlanPeriod(clock.Today.AddDays(1).AddYears(-PlanPeriod.MaxYears), clock.End),
                null
            );
        return null;
    }
}
