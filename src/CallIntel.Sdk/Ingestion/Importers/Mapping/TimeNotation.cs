using System.Globalization;
using CallIntel.Sdk.Ingestion.Importers.Files;

namespace CallIntel.Sdk.Ingestion.Importers.Mapping;

/// <summary>Finds the notation of the times in the first records of a file.</summary>
static class TimeNotation
{
    const int MostSerial = 80_000; // a day in the year 2119, as spreadsheets count

    /// <summary>Dates with a clock of 24 hours. The day comes first unless the numbers show another order.</summary>
    static readonly string[] Dates =
    [
        .. "dd.MM.yyyy|dd.MM.yy|d.M.yyyy|d.M.yy|dd/MM/yyyy|MM/dd/yyyy|dd/MM/yy|MM/dd/yy|d/M/yyyy|M/d/yyyy".Split('|'),
        .. "d/M/yy|M/d/yy|dd-MM-yyyy|MM-dd-yyyy|d-M-yyyy|M-d-yyyy|dd-MM-yy|d-MMM-yyyy|d-MMM-yy|d MMM yyyy".Split('|'),
        .. "d MMMM yyyy|MMM d, yyyy|MMMM d, yyyy|MMM d yyyy|ddd d/M/yyyy|ddd M/d/yyyy|yyyy.MM.dd".Split('|'),
    ];

    /// <summary>Dates with a clock of 12 hours, which is usual where the month comes first.</summary>
    static readonly string[] DatesOfHalves =
    [
        .. "M/d/yyyy|d/M/yyyy|M/d/yy|d/M/yy|M-d-yyyy|d-M-yyyy|d.M.yyyy|MMM d, yyyy|MMMM d, yyyy|MMM d yyyy".Split('|'),
        .. "d MMM yyyy|d MMMM yyyy|d-MMM-yyyy|d-MMM-yy|ddd M/d/yyyy|ddd d/M/yyyy|ddd, MMM d, yyyy".Split('|'),
        .. "dddd, MMMM d, yyyy|yyyy.MM.dd".Split('|'),
    ];

    static readonly string[] Clocks = [.. "HH:mm:ss|HH:mm|H:mm:ss|H:mm|HH:mm:ss.FFFFFFF|HH.mm.ss".Split('|')];

    static readonly string[] Halves = [.. "h:mm:ss tt|h:mm tt|h:mm:sstt|h:mmtt|h:mm:sst|h:mmt".Split('|')];

    static readonly string[] Patterns =
    [
        .. from separator in new[] { " ", ", " }
        from date in Dates
        from clock in Clocks
        select $"{date}{separator}{clock}",
        .. from separator in new[] { " ", ", " }
        from date in DatesOfHalves
        from clock in Halves
        select $"{date}{separator}{clock}",
    ];

    /// <summary>A zone that shows whether a text has an offset of its own.</summary>
    static readonly TimeZoneInfo FarZone = TimeZoneInfo.CreateCustomTimeZone("far", TimeSpan.FromHours(13), null, null);

    /// <summary>
    /// The patterns that fit the samples: the most likely one, and one with the other order of day and month if that
    /// fits as well. Empty if none fits. Some samples need not fit: reports contain totals and damaged cells.
    /// </summary>
    internal static string[] PatternsOf(IReadOnlyList<string> samples)
    {
        (string Pattern, int Count)[] fitting =
        [
            .. Patterns.Select(pattern => (pattern, samples.Count(text => Fits(text, pattern)))),
        ];
        int most = fitting.Max(pair => pair.Count);
        if (most == 0 || !IsMost(most, samples.Count))
            return [];
        string[] best = [.. fitting.Where(pair => pair.Count == most).Select(pair => pair.Pattern)];
        string? other = Array.Find(best, pattern => IsDayFirst(pattern) != IsDayFirst(best[0]));
        return other is null ? [best[0]] : [best[0], other];
    }

    /// <summary>Whether most of the samples fulfil a condition.</summary>
    internal static bool Most(IReadOnlyCollection<string> samples, Predicate<string> condition) =>
        IsMost(samples.Count(text => condition(text)), samples.Count);

    /// <summary>Whether most of the samples have a date and a time.</summary>
    internal static bool AreTimes(IReadOnlyList<string> samples) =>
        Most(samples, IsIso) || Most(samples, IsEpoch) || Most(samples, IsSerial) || PatternsOf(samples).Length > 0;

    /// <summary>Whether most of the samples are times of a day.</summary>
    internal static bool AreClocks(IReadOnlyList<string> samples) =>
        Most(samples, text => text.Length <= 11 && text.Contains(':', StringComparison.Ordinal));

    internal static bool IsIso(string text) =>
        TimeText.TryRead(text, TimeZoneInfo.Utc, out DateTimeOffset time) && time.Year >= 1980;

    internal static bool IsEpoch(string text) =>
        text.Length is >= 9 and <= 19
        && decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal value)
        && value > 900_000_000;

    /// <summary>Whether a text is a number of days since 1900 with a fraction, as spreadsheets keep times.</summary>
    internal static bool IsSerial(string text) =>
        text.AsSpan().ContainsAny('.', ',')
        && DecimalText.TryRead(text, commaIsDecimal: true, out decimal value)
        && value is > 29_000 and < MostSerial;

    internal static bool HasOffset(string text) =>
        TimeText.TryRead(text, TimeZoneInfo.Utc, out DateTimeOffset utc)
        && TimeText.TryRead(text, FarZone, out DateTimeOffset far)
        && utc == far;

    static bool IsMost(int count, int all) => all > 0 && count * 5 >= all * 4;

    static bool IsDayFirst(string pattern) =>
        pattern.Replace("ddd", "", StringComparison.Ordinal) is var order
        && order.IndexOf('d', StringComparison.Ordinal) < order.IndexOf('M', StringComparison.Ordinal);

    static bool Fits(string text, string pattern) =>
        DateTime.TryParseExact(
            CustomTime.Plain(text),
            pattern,
            CultureInfo.InvariantCulture,
            DateTimeStyles.AllowWhiteSpaces,
            out _
        );
}
