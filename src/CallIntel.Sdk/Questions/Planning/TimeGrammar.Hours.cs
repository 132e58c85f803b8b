using System.Globalization;

namespace CallIntel.Sdk.Questions.Planning;

/// <summary>Parts of days and days of the week.</summary>
sealed partial class TimeGrammar
{
    static TimeExpression Between(int from, int to, PlanDays days = PlanDays.All) =>
        to > from
            ? new TimeExpression(null, null) { Hours = new PlanHours(days, from, to) }
            : Wrong(TimeFault.PassesMidnight);

    /// <summary>"between 9 and 17", "from 9am to 5pm", "8-16", "after 5pm", "before 9".</summary>
    TimeExpression? Hours() =>
        Try(() =>
        {
            if (Skip("after", "before", "since", "until", "till") && tokens[_at - 1].Text is var side and not "since")
                return Hour() is { } limit && (limit.IsExplicit || IsEndOfHours())
                    ? Whole(limit, side is "after" ? Between(limit.Hour, 24) : Between(0, limit.Hour))
                    : null;
            if (Skip("at"))
                return Hour() is { IsExplicit: true, Hour: < 24 } at ? Whole(at, Between(at.Hour, at.Hour + 1)) : null;
            bool opened = Skip("between", "from");
            if (Hour() is not { } begin || !Skip("and", "to", "until", "till", "-") || Hour() is not { } end)
                return null;
            // A number before a month or a unit is no hour: "3 to 7 June", "2 to 3 weeks".
            if ((!opened && !begin.IsExplicit && !end.IsExplicit && !IsEndOfHours()) || !IsEndOfHours())
                return null;
            if (!begin.IsExplicit && !end.IsExplicit && end.Hour <= begin.Hour && end.Hour < 12)
                end = end with { Hour = end.Hour + 12 }; // "from 9 to 5"
            if (!begin.IsExplicit && end.IsAfternoon && begin.Hour < 12 && begin.Hour + 12 < end.Hour)
                begin = begin with { Hour = begin.Hour + 12 }; // "between 2 and 4pm"
            TimeExpression hours = Whole(end, Whole(begin, Between(begin.Hour, end.Hour)));
            return
                Skip("on", "during")
                && Recurring() is { Hours: { } days, Fault: TimeFault.None }
                && hours.Hours is { } read
                ? hours with
                {
                    Hours = read with { Days = days.Days },
                }
                : hours;
        });

    static TimeExpression Whole(in ClockTime time, TimeExpression hours) =>
        time.IsWhole ? hours : Wrong(TimeFault.NoSuchTime);

    bool IsEndOfHours() =>
        Peek() is not { } next
        || next.Kind is TokenKind.Mark
        || (
            !TimeWords.Units.ContainsKey(next.Text)
            && !TimeWords.Months.ContainsKey(next.Text)
            && !next.IsNumber
            && !next.IsAny("of", "ago", "full", "calls", "messages")
        );

    readonly record struct ClockTime(int Hour, bool IsExplicit, bool IsWhole, bool IsAfternoon = false);

    /// <summary>"9", "17:00", "5pm", "5 pm", "5 in the afternoon", "noon".</summary>
    ClockTime? Hour()
    {
        if (Peek() is not { } token)
            return null;
        if (token.IsAny("noon", "midday", "midnight"))
        {
            _at++;
            return new ClockTime(token.Is("midnight") ? 24 : 12, true, true);
        }
        string text = token.Text;
        string? half = null;
        if (text.Length > 2 && text[^2..] is "am" or "pm" && char.IsAsciiDigit(text[0]))
            (half, text) = (text[^2..], text[..^2]);
        string[] parts = text.Split(':');
        if (
            parts.Length > 2
            || parts.Any(p => p.Length is 0 or > 2 || !p.All(char.IsAsciiDigit))
            || int.Parse(parts[0], CultureInfo.InvariantCulture) is not (var hour and <= 24)
        )
            return null;
        _at++;
        if (half is null && Peek() is { } suffix && suffix.IsAny("am", "pm"))
            (half, _at) = (suffix.Text, _at + 1);
        else if (half is null && Is(0, "in") && Is(1, "the") && Is(2, "morning", "afternoon", "evening"))
            (half, _at) = (Is(2, "morning") ? "am" : "pm", _at + 3);
        bool oclock = Skip("oclock", "hrs", "uhr");
        if (half is not null && hour is < 1 or > 12)
            return null;
        hour = half switch
        {
            "am" => hour % 12,
            "pm" => (hour % 12) + 12,
            _ => hour,
        };
        return new ClockTime(
            hour,
            half is not null || oclock || parts.Length == 2,
            parts.Length == 1 || parts[1] is "00",
            half is "pm"
        );
    }

    /// <summary>"on weekdays", "on weekends", "on Mondays", "during business hours", "after hours".</summary>
    TimeExpression? Recurring() =>
        Try(() =>
        {
            bool outside = Skip("outside", "out", "beyond", "after", "before", "not");
            bool after = outside && tokens[_at - 1].Is("after");
            Skip("of");
            if (!outside || tokens[_at - 1].Is("not"))
                Skip("during", "on", "in", "within");
            Skip("our", "the", "all", "normal", "regular");
            if (Skip("business", "office", "working", "opening", "work") && Skip("hours", "time"))
                return new TimeExpression(null, null) { InBusinessHours = !outside };
            if (outside)
                return after && Skip("hours") ? new TimeExpression(null, null) { InBusinessHours = false } : null;
            if (DaysOfWeek() is not { } days)
                return null;
            return PartOfDay() is { Hours: { } part } read
                ? read with
                {
                    Hours = part with { Days = days },
                }
                : Between(0, 24, days);
        });

    PlanDays? DaysOfWeek()
    {
        Skip("every", "each");
        bool every = _at > 0 && tokens[_at - 1].IsAny("every", "each");
        if (Skip("weekdays", "workdays", "workingdays") || (every && Skip("weekday", "workday")) || WorkingDays())
            return PlanDays.Weekdays;
        if (Skip("weekends") || (every && Skip("weekend")))
            return PlanDays.Weekend;
        // "weekday mornings", "weekday calls"
        if (Is(0, "weekday", "workday") && Is(1, "mornings", "afternoons", "evenings", "calls", "texts", "messages"))
        {
            _at++;
            return PlanDays.Weekdays;
        }
        if (Is(0, "monday", "mon") && Is(1, "to", "-", "through", "till", "until") && Is(2, "friday", "fri"))
        {
            _at += 3;
            return PlanDays.Weekdays;
        }
        PlanDays days = PlanDays.None;
        while (Peek() is { } token && TimeWords.Days.TryGetValue(token.Text, out DayOfWeek day))
        {
            bool plural = token.Text.EndsWith('s') && !token.IsAny("tues", "thurs");
            if (!every && !plural && !Is(1, "mornings", "afternoons", "evenings", "nights"))
                break;
            days |= (PlanDays)(1 << (int)day);
            _at++;
            if (Is(1, "sundays", "mondays", "tuesdays", "wednesdays", "thursdays", "fridays", "saturdays"))
                Skip("and", ",", "or");
        }
        return days is PlanDays.None ? null : days;
    }

    bool Is(int ahead, params ReadOnlySpan<string> texts) => Peek(ahead) is { } token && token.IsAny(texts);

    bool WorkingDays()
    {
        if (!Is(0, "working", "business") || !Is(1, "days"))
            return false;
        _at += 2;
        return true;
    }

    /// <summary>"in the morning", "this afternoon", "mornings".</summary>
    TimeExpression? PartOfDay() =>
        Try(() =>
        {
            bool today = Skip("this");
            if (!today && (Skip("in", "during") | true))
                Skip("the");
            if (Peek() is not { } token)
                return null;
            _at++;
            TimeExpression? part = token.Text switch
            {
                "morning" or "mornings" => Between(6, 12),
                "afternoon" or "afternoons" => Between(12, 18),
                "evening" or "evenings" => Between(18, 24),
                "night" or "nights" or "overnight" => Wrong(TimeFault.PassesMidnight),
                _ => null,
            };
            return today && part is not null
                ? part with
                {
                    Period = clock.Whole(TimeUnit.Day, clock.Today).Period,
                    Unit = TimeUnit.Day,
                }
                : part;
        });
}
