using System.Globalization;
using CallIntel.Sdk.Events;

namespace CallIntel.Sdk.Ingestion.Importers.Files;

/// <summary>
/// Reads a date and time as text: ISO 8601 in its extended and basic forms, RFC 9557, and the dates of e-mail (RFC
/// 5322). An offset in the text takes precedence over the time zone of the file.
/// </summary>
static class TimeText
{
    internal const string Expected = "an ISO 8601 or RFC 5322 date and time";

    static readonly string[] Months =
    [
        "jan",
        "feb",
        "mar",
        "apr",
        "may",
        "jun",
        "jul",
        "aug",
        "sep",
        "oct",
        "nov",
        "dec",
    ];

    static readonly string[] Days = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

    /// <param name="text">The text.</param>
    /// <param name="zone">The time zone of a text without an offset.</param>
    /// <param name="time">The time. Fractions of less than 100 nanoseconds are cut off.</param>
    internal static bool TryRead(ReadOnlySpan<char> text, TimeZoneInfo zone, out DateTimeOffset time) =>
        TryRead(text, zone, out time, out _);

    /// <param name="text">The text.</param>
    /// <param name="zone">The time zone of a text without an offset; null if it is not known, for UTC.</param>
    /// <param name="time">The time. Fractions of less than 100 nanoseconds are cut off.</param>
    /// <param name="basis">Whether the time is a guess.</param>
    internal static bool TryRead(
        ReadOnlySpan<char> text,
        TimeZoneInfo? zone,
        out DateTimeOffset time,
        out TimeBasis basis
    )
    {
        (time, basis) = (default, default);
        text = text.Trim();
        if (TakeZoneName(ref text, ref zone) is false)
            return false;
        TextScanner scanner = new(text);
        return (TryReadIso(ref scanner, out DateTime local) || TryReadMail(scanner = new(text), out local, out scanner))
            && TimeOffset.TryRead(scanner.Rest, out TimeSpan? offset)
            && TryCombine(local, offset, zone, out time, out basis);
    }

    /// <summary>Joins a local time with its offset, or with the offset that its time zone has at this time.</summary>
    internal static bool TryCombine(
        DateTime local,
        TimeSpan? offset,
        TimeZoneInfo? zone,
        out DateTimeOffset time,
        out TimeBasis basis
    )
    {
        (time, basis) = (default, TimeBasis.Stated);
        if (offset is not { } known)
        {
            time = ToTime(zone ?? TimeZoneInfo.Utc, local);
            basis = BasisOf(zone, local);
            return true;
        }
        long utc = local.Ticks - known.Ticks;
        if (utc < DateTime.MinValue.Ticks || utc > DateTime.MaxValue.Ticks)
            return false;
        time = new DateTimeOffset(local, known);
        return true;
    }

    /// <summary>Converts a local time to a point in time.</summary>
    /// <remarks>
    /// The first and the last year have no offsets. Their times are returned as UTC, and validation rejects them.
    /// </remarks>
    internal static DateTimeOffset ToTime(TimeZoneInfo zone, DateTime local) =>
        new(local, local.Year is 1 or 9999 ? TimeSpan.Zero : zone.GetUtcOffset(local));

    /// <summary>Whether a local time without an offset is a guess in a time zone; null for an unknown one.</summary>
    internal static TimeBasis BasisOf(TimeZoneInfo? zone, DateTime local) =>
        zone is null ? TimeBasis.AssumedZone
        : zone.IsAmbiguousTime(local) || zone.IsInvalidTime(local) ? TimeBasis.ClockChange
        : TimeBasis.Stated;

    /// <summary>
    /// Takes the name of a time zone in brackets from the end of the text (RFC 9557). Returns false if the zone is not
    /// known.
    /// </summary>
    static bool TakeZoneName(ref ReadOnlySpan<char> text, ref TimeZoneInfo? zone)
    {
        int bracket = text.EndsWith(']') ? text.IndexOf('[') : -1;
        if (bracket < 0)
            return true;
        string name = text[(bracket + 1)..^1].TrimStart('!').ToString();
        text = text[..bracket].TrimEnd();
        if (!TimeZoneInfo.TryFindSystemTimeZoneById(name, out TimeZoneInfo? named))
            return false;
        zone = named;
        return true;
    }

    static bool TryReadIso(ref TextScanner text, out DateTime local)
    {
        local = default;
        if (!TryReadDate(ref text, out DateTime date, out bool isBasic))
            return false;
        bool separated = text.Take('T') || text.Take('t') || text.Take('_');
        bool spaced = !separated && text.TakeSpaces();
        if (!separated && !spaced && !isBasic)
            return false;
        return TryReadTimeOfDay(ref text, out long ticks) && TryAdd(date, ticks, out local);
    }

    static bool TryReadDate(ref TextScanner text, out DateTime date, out bool isBasic)
    {
        (date, isBasic) = (default, false);
        if (!text.TakeNumber(4, 4, out int year) || year == 0)
            return false;
        char separator =
            text.Take('-') ? '-'
            : text.Take('/') ? '/'
            : '\0';
        isBasic = separator == '\0';
        if (text.Take('W') || text.Take('w'))
            return separator != '/' && TryReadWeek(ref text, year, separator == '-', out date);
        int digits = text.CountDigits();
        // yyyyDDD has three digits, and yyyyMMdd is followed by the time without a separator at most
        if (digits == 3 && separator != '/')
            return text.TakeNumber(3, 3, out int day)
                && day >= 1
                && day <= (DateTime.IsLeapYear(year) ? 366 : 365)
                && (date = new DateTime(year, 1, 1).AddDays(day - 1)).Year == year;
        return text.TakeNumber(separator == '/' ? 1 : 2, 2, out int month)
            && (separator == '\0' || text.Take(separator))
            && text.TakeNumber(separator == '/' ? 1 : 2, 2, out int dayOfMonth)
            && TryDate(year, month, dayOfMonth, out date);
    }

    static bool TryReadWeek(ref TextScanner text, int year, bool isExtended, out DateTime date)
    {
        date = default;
        if (
            !text.TakeNumber(2, 2, out int week)
            || (isExtended && !text.Take('-'))
            || !text.TakeNumber(1, 1, out int day)
            || week < 1
            || week > ISOWeek.GetWeeksInYear(year)
            || day is < 1 or > 7
        )
            return false;
        date = ISOWeek.ToDateTime(year, week, (DayOfWeek)(day % 7));
        return true;
    }

    /// <summary>Reads hours, minutes, seconds and a fraction. 24:00 and a leap second are in the next minute.</summary>
    static bool TryReadTimeOfDay(ref TextScanner text, out long ticks)
    {
        ticks = 0;
        int second = 0;
        bool isShort = text.CountDigits() == 1; // 9:30
        if (!text.TakeNumber(1, 2, out int hour))
            return false;
        bool isExtended = text.Take(':');
        if (isShort && !isExtended)
            return false;
        if (!text.TakeNumber(2, 2, out int minute))
            return false;
        bool hasSeconds = isExtended ? text.Take(':') : text.CountDigits() >= 2;
        if (hasSeconds && !text.TakeNumber(2, 2, out second))
            return false;
        long fraction = 0;
        if (hasSeconds && (text.Take('.') || text.Take(',')) && !text.TakeFraction(out fraction))
            return false;
        if (
            hour > 24
            || minute > 59
            || second > 60
            || (hour == 24 && (minute, second, fraction) != (0, 0, 0))
            || (second == 60 && minute != 59)
            || !TryReadHalf(ref text, ref hour)
        )
            return false;
        ticks = ((((hour * 60L) + minute) * 60) + second) * TimeSpan.TicksPerSecond + fraction;
        return true;
    }

    /// <summary>
    /// Reads <c>AM</c>, <c>pm</c> or <c>p.m.</c> behind a time. Programs also write it behind a time of 24 hours: such
    /// a time stays as it is, unless its hour is in the other half of the day.
    /// </summary>
    static bool TryReadHalf(ref TextScanner text, ref int hour)
    {
        TextScanner rest = text;
        rest.TakeSpaces();
        if (!rest.TakeHalf(out bool isAfternoon))
            return true;
        text = rest;
        if (hour > 12 || hour == 0)
            return hour < 24 && isAfternoon == hour > 12;
        hour = (hour % 12) + (isAfternoon ? 12 : 0);
        return true;
    }

    /// <summary>Reads <c>Fri, 24 May 2019 17:44:46</c>. Day, seconds and the century are optional.</summary>
    static bool TryReadMail(TextScanner text, out DateTime local, out TextScanner rest)
    {
        local = default;
        rest = text;
        int dayOfWeek = text.TakeWord(Days);
        if (dayOfWeek >= 0)
        {
            text.Take(',');
            text.TakeSpaces();
        }
        if (!text.TakeNumber(1, 2, out int day) || !text.TakeSpaces())
            return false;
        int month = text.TakeWord(Months),
            digits;
        if (month < 0 || !text.TakeSpaces() || (digits = text.CountDigits()) is < 2 or > 4)
            return false;
        text.TakeNumber(2, 4, out int year);
        year +=
            digits == 4 ? 0
            : digits == 2 && year < 50 ? 2000
            : 1900;
        if (
            !text.TakeSpaces()
            || !TryDate(year, month + 1, day, out DateTime date)
            || (dayOfWeek >= 0 && (int)date.DayOfWeek != dayOfWeek)
            || !TryReadTimeOfDay(ref text, out long ticks)
            || !TryAdd(date, ticks, out local)
        )
            return false;
        rest = text;
        return true;
    }

    static bool TryDate(int year, int month, int day, out DateTime date)
    {
        date = default;
        if (year < 1 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month))
            return false;
        date = new DateTime(year, month, day);
        return true;
    }

    static bool TryAdd(DateTime date, long ticks, out DateTime local)
    {
        local = date;
        if (ticks > DateTime.MaxValue.Ticks - date.Ticks)
            return false;
        local = date.AddTicks(ticks);
        return true;
    }
}
