using System.Globalization;

namespace CallIntel.Sdk.Questions.Planning;

/// <summary>Dates, months, quarters and years.</summary>
sealed partial class TimeGrammar
{
    static TimeExpression Wrong(TimeFault fault) => new(null, null) { Fault = fault };

    TimeExpression Day(int year, int month, int day) =>
        day <= DateTime.DaysInMonth(year, month)
            ? clock.Whole(TimeUnit.Day, new DateTime(year, month, day))
            : Faulty(TimeFault.NoSuchTime);

    TimeExpression Faulty(TimeFault fault) => clock.Whole(TimeUnit.Day, clock.Today) with { Fault = fault };

    /// <summary>2026-06-03, 3.6.2026, 13/6/2026, 6/13.</summary>
    TimeExpression? NumericDate()
    {
        if (Peek() is not { IsNumber: true } a || Peek(1) is not { } mark || Peek(2) is not { IsNumber: true } b)
            return null;
        if (
            !mark.IsAny("-", ".", "/")
            || a.End != mark.Start
            || mark.End != b.Start
            || a.Text.Length > 4
            || b.Text.Length > 2
        )
            return null;
        int first = int.Parse(a.Text, CultureInfo.InvariantCulture),
            second = int.Parse(b.Text, CultureInfo.InvariantCulture);
        int? third =
            Peek(3) is { } again && again.Is(mark.Text) && Peek(4) is { IsNumber: true, Text.Length: 2 or 4 } c
                ? int.Parse(c.Text, CultureInfo.InvariantCulture)
                : null;
        if (a.Text.Length == 4)
        {
            // 2026-06, 2026-06-03
            if (first is < 1990 or > 2100 || second is < 1 or > 12)
                return null;
            _at += third is null ? 3 : 5;
            return third is null ? clock.Whole(TimeUnit.Month, new DateTime(first, second, 1))
                : third is >= 1 and <= 31 ? Day(first, second, third.Value)
                : Faulty(TimeFault.NoSuchTime);
        }
        if (mark.Is("-") || (mark.Is(".") && third is null))
            return null;
        int year =
            third is null ? clock.Today.Year
            : third < 100 ? 2000 + third.Value
            : third.Value;
        if (year is < 1990 or > 2100 || first is < 1 or > 31 || second is < 1 or > 31)
            return null;
        _at += third is null ? 3 : 5;
        if (mark.Is("/") && first <= 12 && second <= 12 && first != second)
            return Faulty(TimeFault.AmbiguousDate);
        (int day, int month) = second > 12 ? (second, first) : (first, second);
        if (month > 12)
            return Faulty(TimeFault.NoSuchTime);
        return Past(Day(year, month, day), third is not null);
    }

    /// <summary>"3 June", "June 3rd, 2025", "the 3rd of June".</summary>
    TimeExpression? DayMonth()
    {
        Skip("the");
        if (Peek() is not { } token)
            return null;
        int? day = TimeWords.DayOfMonth(token);
        int month;
        if (day is not null)
        {
            _at++;
            Skip("of");
            if (Peek() is not { } name || !TimeWords.Months.TryGetValue(name.Text, out month))
                return null;
            _at++;
        }
        else
        {
            if (!TimeWords.Months.TryGetValue(token.Text, out month))
                return null;
            _at++;
            Skip("the");
            if (Peek() is not { } number || (day = TimeWords.DayOfMonth(number)) is null)
                return null;
            _at++;
            // "March 5 to 9" is a span, but "May 9 - 17" could be hours: the month wins.
        }
        int? year = YearBehind();
        return Past(Day(year ?? clock.Today.Year, month, day.Value), year is not null);
    }

    /// <summary>"March", "March 2025", "May last year".</summary>
    TimeExpression? MonthYear()
    {
        if (Peek() is not { Kind: TokenKind.Word } token || !TimeWords.Months.TryGetValue(token.Text, out int month))
            return null;
        if (token.Is("may") && !IsMonthHere(_at))
            return null;
        _at++;
        int? year = YearBehind();
        return Past(clock.Whole(TimeUnit.Month, new DateTime(year ?? clock.Today.Year, month, 1)), year is not null);
    }

    /// <summary>Whether "may" is the month, and not a verb as in "may I".</summary>
    bool IsMonthHere(int index)
    {
        Token? next = index + 1 < tokens.Count ? tokens[index + 1] : null;
        return next is not { Text: "i" or "we" or "you" or "be" or "have" or "not" };
    }

    int? YearBehind()
    {
        int start = _at;
        Skip(",");
        Skip("of", "in");
        if (Peek() is { } token && TimeWords.Year(token) is { } year)
        {
            _at++;
            return year;
        }
        if (Skip("last", "this", "previous") && tokens[_at - 1].Text is var which && Skip("year"))
            return clock.Today.Year - (which is "this" ? 0 : 1);
        _at = start;
        return null;
    }

    /// <summary>Moves a date without a year, which is in the future, to the year before.</summary>
    TimeExpression Past(TimeExpression read, bool hasYear) =>
        !hasYear && read is { Fault: TimeFault.None, Period: { } period } && period.From > clock.Now
            ? read with
            {
                Period = Move(period, TimeUnit.Year),
            }
            : read;

    /// <summary>"Q2", "Q2 2026", "second quarter of 2026", "first half of the year", "H1".</summary>
    TimeExpression? QuarterOrHalf()
    {
        Skip("the");
        if (Peek() is not { } token)
            return null;
        int number;
        TimeUnit unit;
        if (token.Text.Length == 2 && token.Text[0] is 'q' or 'h' && char.IsAsciiDigit(token.Text[1]))
        {
            (unit, number) = (token.Text[0] is 'q' ? TimeUnit.Quarter : TimeUnit.HalfYear, token.Text[1] - '0');
            _at++;
        }
        else
        {
            if (token.IsNumber || TimeWords.Number(token) is not { } ordinal || token.IsAny("a", "an", "one"))
                return null;
            _at++;
            if (!Skip("quarter", "half"))
                return null;
            (unit, number) = (tokens[_at - 1].Is("half") ? TimeUnit.HalfYear : TimeUnit.Quarter, ordinal);
        }
        int months = unit is TimeUnit.Quarter ? 3 : 6;
        if (number < 1 || number > 12 / months)
            return Faulty(TimeFault.NoSuchTime);
        int start = _at;
        int? year = Skip("of") && (Skip("the") | true) && Skip("year") ? clock.Today.Year : null;
        if (year is null)
        {
            _at = start;
            year = YearBehind();
        }
        DateTime from = new(year ?? clock.Today.Year, ((number - 1) * months) + 1, 1);
        return Past(clock.Whole(unit, from), year is not null);
    }

    /// <summary>"week 23", "calendar week 23", "week 23 of 2025": weeks of ISO 8601.</summary>
    TimeExpression? WeekNumber()
    {
        Skip("calendar");
        if (!Skip("week", "wk", "kw", "cw") || Peek() is not { IsNumber: true, Text.Length: <= 2 } token)
            return null;
        int week = int.Parse(token.Text, CultureInfo.InvariantCulture);
        _at++;
        int? year = YearBehind();
        int iso = year ?? ISOWeek.GetYear(clock.Today);
        if (week < 1 || week > ISOWeek.GetWeeksInYear(iso))
            return Faulty(TimeFault.NoSuchTime);
        DateTime monday = ISOWeek.ToDateTime(iso, week, DayOfWeek.Monday);
        if (year is null && monday > clock.Now)
            monday =
                week <= ISOWeek.GetWeeksInYear(iso - 1) ? ISOWeek.ToDateTime(iso - 1, week, DayOfWeek.Monday) : monday;
        return new TimeExpression(new PlanPeriod(monday, monday.AddDays(7)), TimeUnit.Week);
    }

    /// <summary>"the 3rd": of this month, or of the one before if that is in the future.</summary>
    TimeExpression? DayOfThisMonth()
    {
        if (!Skip("the") || Peek() is not { Kind: TokenKind.Word } token || TimeWords.DayOfMonth(token) is not { } day)
            return null;
        _at++;
        if (Peek() is { Kind: TokenKind.Word } next && !next.IsAny("to", "and", "until", "through"))
            return null;
        DateTime month = clock.StartOf(TimeUnit.Month, clock.Today);
        if (day > clock.Today.Day)
            month = month.AddMonths(-1);
        return Day(month.Year, month.Month, day);
    }

    TimeExpression? YearAlone()
    {
        int start = _at;
        bool isNoun = (Skip("the") | true) && Skip("year"); // "the year 2025"
        if (Peek() is not { } token || TimeWords.Year(token) is not { } year)
        {
            _at = start;
            return null;
        }
        // "2026" alone could be an extension or an invoice: only behind a preposition, or at the end of the question.
        bool named =
            isNoun
            || _at > 0
                && tokens[_at - 1]
                    .IsAny(
                        "in",
                        "of",
                        "for",
                        "during",
                        "since",
                        "from",
                        "to",
                        "and",
                        "year",
                        "than",
                        "with",
                        "vs",
                        "until",
                        "all",
                        "-"
                    );
        bool last = Peek(1) is null or { Kind: TokenKind.Mark } || Is(1, "vs", "versus", "compared", "against");
        if (!named && !last)
        {
            _at = start;
            return null;
        }
        _at++;
        return clock.Whole(TimeUnit.Year, new DateTime(year, 1, 1));
    }
}
