using System.Globalization;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion.Importers.Files;

namespace CallIntel.Sdk.Ingestion.Importers.Asterisk;

/// <summary>Reads times as Asterisk writes them, in whole seconds or with a fraction.</summary>
static class CdrTime
{
    static readonly string[] Local =
    [
        "yyyy-MM-dd HH:mm:ss",
        "yyyy-MM-dd HH:mm:ss.FFFFFFF",
        "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF",
    ];

    static readonly string[] WithOffset = ["yyyy-MM-dd HH:mm:ss.FFFFFFFzzz", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"];

    internal static bool IsTime(string text) => TryLocal(text, out _) || TryAbsolute(text, out _);

    internal static bool IsSeconds(string text) =>
        decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out _);

    /// <summary>
    /// The time of a call. In the hour that occurs twice when daylight saving time ends, the time in the uniqueid
    /// determines which of the two is meant. Null if the text is not a time.
    /// </summary>
    internal static DateTimeOffset? Read(string text, string uniqueId, TimeZoneInfo zone, out TimeBasis basis)
    {
        basis = TimeBasis.Stated;
        if (!TryLocal(text, out DateTime local))
            return TryAbsolute(text, out DateTimeOffset time) ? TimeZoneInfo.ConvertTime(time, zone) : null;
        if (!zone.IsAmbiguousTime(local) || CdrColumns.CreatedAt(uniqueId) is not { } created)
        {
            basis = TimeText.BasisOf(zone, local);
            return TimeText.ToTime(zone, local);
        }
        return zone.GetAmbiguousTimeOffsets(local)
            .Select(offset => new DateTimeOffset(local, offset))
            .MinBy(time => Math.Abs(time.ToUnixTimeSeconds() - created));
    }

    static bool TryLocal(string text, out DateTime time) =>
        DateTime.TryParseExact(text, Local, CultureInfo.InvariantCulture, DateTimeStyles.None, out time);

    /// <summary>
    /// Reads a time with an offset, or seconds since 1970 as the option <c>u</c> of CDR() writes them.
    /// </summary>
    static bool TryAbsolute(string text, out DateTimeOffset time)
    {
        if (
            text is [>= '0' and <= '9', ..]
            && decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal seconds)
            && seconds is >= 946_684_800 and < 4_102_444_800 // from 2000 to 2099
        )
        {
            time = DateTimeOffset.UnixEpoch.AddTicks((long)(seconds * TimeSpan.TicksPerSecond));
            return true;
        }
        return DateTimeOffset.TryParseExact(
            text,
            WithOffset,
            CultureInfo.InvariantCulture,
            DateTimeStyles.None,
            out time
        );
    }
}
