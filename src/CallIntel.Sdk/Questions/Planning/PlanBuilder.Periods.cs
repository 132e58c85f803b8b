namespace CallIntel.Sdk.Questions.Planning;

/// <summary>The period, the period to compare with, and the hours.</summary>
sealed partial class PlanBuilder
{
    /// <summary>The days of the default period.</summary>
    internal const int DefaultDays = 30;

    readonly record struct Times(TimeExpression? Main, TimeExpression? Other, PlanHours? Hours, bool? InBusinessHours);

    Times ReadTimes()
    {
        List<(TimeExpression Time, bool Compared, int Index)> periods = [];
        PlanHours? hours = null;
        bool? businessHours = null;
        bool compared = false;
        for (int i = 0; i < symbols.Count; i++)
        {
            Symbol symbol = symbols[i];
            compared |= symbol.Is(Sense.Compare);
            if (symbol.Time is not { } time)
                continue;
            if (time.Fault is not TimeFault.None)
            {
                RefuseTime(time.Fault, TextOf(symbol));
                return default;
            }
            if (time.Hours is { } part)
                hours = hours is { } known ? Intersect(known, part) : part;
            businessHours ??= time.InBusinessHours;
            if (time.Period is not null || time.IsRelative)
                periods.Add((time, compared, i));
        }
        if (hours is { IsValid: false } || (hours is not null && businessHours is not null))
        {
            Refuse(RefusalReason.InvalidTime, "The question names hours that exclude each other.");
            return default;
        }
        if (periods.Count > 2)
        {
            Refuse(RefusalReason.Ambiguous, "The question names more than two periods.", Examples[1]);
            return default;
        }
        if (DaysWithin(periods) is { } days)
            hours = hours is { } some ? Intersect(some, days) : days;
        (TimeExpression? main, TimeExpression? other) = Arrange(periods);
        if (Has(Sense.Comparative) && other is null && main is { IsRelative: false } && !NamesPair())
            other = new TimeExpression(null, null) { IsPeriodBefore = true };
        return new Times(main, other, hours, businessHours);
    }

    /// <summary>
    /// "Friday calls in May", "last week on Tuesday", "weekend calls this year": a day of the week within a longer
    /// period is a filter. Returns it, or shortens a week to the day.
    /// </summary>
    PlanHours? DaysWithin(List<(TimeExpression Time, bool Compared, int Index)> periods)
    {
        if (periods is not [var a, var b] || a.Compared != b.Compared)
            return null;
        if (symbols.Take(b.Index).Skip(a.Index + 1).Any(s => s.IsAny(Sense.And, Sense.Or)))
            return null;
        (var narrow, var wide) = a.Time.Days is null ? (b, a) : (a, b);
        if (narrow.Time.Days is not { } days || wide.Time is not { Days: null, Period: { } period })
            return null;
        if (period.Length < TimeSpan.FromDays(2))
            return null;
        bool isWeek = wide.Time is { Unit: TimeUnit.Week, Count: 1 };
        TimeExpression time = isWeek ? TimeGrammar.InWeek(wide.Time, period, days) : wide.Time;
        periods.RemoveAll(p => p == narrow || p == wide);
        periods.Add((time, wide.Compared, wide.Index));
        return isWeek ? time.Hours : new PlanHours(days, 0, 24);
    }

    (TimeExpression? Main, TimeExpression? Other) Arrange(List<(TimeExpression Time, bool Compared, int Index)> periods)
    {
        switch (periods)
        {
            case []:
                return default;
            case [{ Time.IsRelative: false } only] when NamesPair():
                return (only.Time, null);
            case [{ Time.IsRelative: true } only] when previous is null && HasOver(only.Index):
                return (Present(only.Time), only.Time);
            case [var only]:
                // "compared to last week" alone compares the present week; a follow-up compares the question before.
                if (!only.Compared)
                    return (only.Time, null);
                return (previous is null && !only.Time.IsPeriodBefore ? Present(only.Time) : null, only.Time);
            case [var first, var second] when first.Time.IsRelative && !second.Time.IsRelative:
                return (second.Time, first.Time);
            case [var first, var second] when second.Compared || second.Time.IsRelative:
                return (first.Time, second.Time);
            case [{ Time.Period: { } a }, { Time.Period: { } b }] when a.To == b.From || b.To == a.From:
                return (
                    new TimeExpression(
                        new PlanPeriod(a.From < b.From ? a.From : b.From, a.To > b.To ? a.To : b.To),
                        null
                    ),
                    null
                );
            default:
                Refuse(
                    RefusalReason.Ambiguous,
                    "The question names two periods. Write \"compared to\" between them.",
                    Examples[1]
                );
                return default;
        }
    }

    /// <summary>"week over week" compares by itself.</summary>
    bool HasOver(int index) =>
        tokens
            .Skip(symbols[index].Index)
            .Take(symbols[index].Count)
            .Any(t => t.IsAny("over", "wow", "mom", "yoy", "dod"));

    /// <summary>"inbound vs outbound", "Anna vs Bo": what is compared are not periods.</summary>
    bool NamesPair() =>
        (Has(Sense.Inbound) && Has(Sense.Outbound))
        || (Has(Sense.Missed) && Has(Sense.Answered))
        || (IsAboutMessages && Has(Sense.Call))
        || (Has(Sense.New) && Has(Sense.Returning))
        || _entities.Count > 1;

    /// <summary>The present unit of the same kind: this week for last week.</summary>
    TimeExpression Present(TimeExpression other) =>
        other.Unit is { } unit ? clock.Whole(unit, clock.Today) : clock.Last(TimeUnit.Day, DefaultDays);

    static PlanHours Intersect(PlanHours a, PlanHours b) =>
        new(a.Days & b.Days, Math.Max(a.From, b.From), Math.Min(a.To, b.To));

    void RefuseTime(TimeFault fault, string text)
    {
        string quoted = $"\"{Shorten(text)}\"";
        switch (fault)
        {
            case TimeFault.AmbiguousDate:
                Refuse(RefusalReason.Ambiguous, $"{quoted} can be two dates.", "3 June", "2026-06-03");
                break;
            case TimeFault.PassesMidnight:
                Refuse(
                    RefusalReason.InvalidTime,
                    $"{quoted} passes midnight. Ask for the evening and the morning.",
                    "after 18:00",
                    "before 6:00"
                );
                break;
            case TimeFault.NoStart:
                Refuse(
                    RefusalReason.Ambiguous,
                    $"{quoted} does not say from when. Name the first and the last day.",
                    "from Monday to Friday",
                    "from 1 May to 15 May"
                );
                break;
            case TimeFault.Vague:
                Refuse(
                    RefusalReason.Ambiguous,
                    $"{quoted} does not say which days. Name them.",
                    "the last 7 days of May",
                    "from 25 May to 31 May"
                );
                break;
            case TimeFault.Future:
                Refuse(RefusalReason.Future, $"{quoted} is in the future.");
                break;
            default:
                Refuse(RefusalReason.InvalidTime, $"{quoted} is not a date or a time that exists. Use full hours.");
                break;
        }
    }

    /// <summary>Ends a period at the present if it lasts longer.</summary>
    PlanPeriod? Clip(PlanPeriod period)
    {
        if (!period.IsValid)
            Refuse(RefusalReason.InvalidTime, $"The period is longer than {PlanPeriod.MaxYears} years.");
        else if (period.From >= clock.End)
            Refuse(RefusalReason.Future, "The period is in the future.");
        else
            return period.To > clock.End ? period with { To = clock.End } : period;
        return null;
    }

    /// <summary>Sets the periods of a new question.</summary>
    QuestionPlan? WithPeriods(QuestionPlan plan, Times times)
    {
        TimeExpression main = times.Main ?? clock.Last(TimeUnit.Day, DefaultDays);
        if (main.IsRelative)
        {
            // "and the week before" without a question before it
            Refuse(
                RefusalReason.NoPreviousQuestion,
                "The question refers to a period that no question named.",
                Examples
            );
            return null;
        }
        if (times.Main is null)
            Assume($"No period was named, so the last {DefaultDays} days count.", 0.95);
        if (Clip(main.Period!.Value) is not { } period)
            return null;
        plan = plan with { Period = period };
        if (times.Other is not { } other)
            return plan;
        PlanPeriod? comparison = Compare(period, main, other);
        return comparison is null ? null : plan with { Comparison = comparison };
    }

    /// <summary>The period to compare with: as much of it as has passed of a period that is not over.</summary>
    PlanPeriod? Compare(PlanPeriod period, TimeExpression main, TimeExpression other)
    {
        TimeUnit? back = other.Back;
        if (
            back is null
            && other is { Unit: { } wide, Count: 1 }
            && main is { Unit: { } narrow, Count: 1 }
            && wide > narrow
            && other.Period == clock.Whole(wide, clock.Today, -1).Period
        )
            back = wide; // "today compared to last week": the same day of last week
        if (back is { } unit)
            return Moved(period, unit, other.Back is null ? 1 : other.Count);
        if (other.Period == main.Period && main.Period is not null)
            return main.Days is not null // "Monday vs the previous Monday", "last 7 days vs the previous 7 days"
                ? Moved(period, TimeUnit.Week, 1)
                : Moved(period, main.Unit ?? TimeUnit.Year, main.Count);
        if (other.IsPeriodBefore)
            return main.Unit is { } own
                ? Moved(period, own, main.Count)
                : new PlanPeriod(period.From - period.Length, period.From);
        if (Clip(other.Period!.Value) is not { } compared)
            return null;
        bool partial = period.To == clock.End && main.Period!.Value.To > clock.End;
        if (partial && other.Unit == main.Unit && other.Count == main.Count)
        {
            DateTime to = compared.From + period.Length;
            compared = compared with { To = to < compared.To ? to : compared.To };
        }
        return compared;
    }

    static PlanPeriod Moved(PlanPeriod period, TimeUnit unit, int count) =>
        new(QuestionClock.Add(period.From, unit, -count), QuestionClock.Add(period.To, unit, -count));

    /// <summary>The period that lies before the one of the question before: whole, if that one is not over.</summary>
    PlanPeriod Earlier(PlanPeriod period, TimeExpression relative)
    {
        TimeUnit? unit = relative.Back ?? UnitOf(period);
        if (unit is not { } back)
            return new PlanPeriod(period.From - period.Length, period.From);
        DateTime from = QuestionClock.Add(period.From, back, -1);
        bool isWhole = period.To.TimeOfDay == TimeSpan.Zero;
        return new PlanPeriod(
            from,
            isWhole ? QuestionClock.Add(period.To, back, -1)
                : UnitOf(period) == back ? QuestionClock.Add(from, back, 1)
                : period.To - period.From <= TimeSpan.FromDays(1)
                    ? QuestionClock.Add(period.From.Date, back, -1).AddDays(1)
                : QuestionClock.Add(period.To, back, -1)
        );
    }

    /// <summary>The unit whose whole, or whose part until now, a period is.</summary>
    TimeUnit? UnitOf(PlanPeriod period)
    {
        foreach (
            TimeUnit unit in (TimeUnit[])[TimeUnit.Day, TimeUnit.Week, TimeUnit.Month, TimeUnit.Quarter, TimeUnit.Year]
        )
        {
            DateTime start = clock.StartOf(unit, period.From);
            if (start != period.From)
                continue;
            DateTime end = QuestionClock.Add(start, unit, 1);
            if (period.To == end || (period.To == clock.End && period.To < end))
                return unit;
        }
        return null;
    }
}
