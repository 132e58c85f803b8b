using System.Globalization;
using CallIntel.Sdk.Events;

namespace CallIntel.Sdk.Ingestion.Importers.Mapping;

/// <summary>Reads times as a <see cref="TimeMapping"/> defines them.</summary>
sealed class TimeReader
{
    static readonly string[] Iso =
    [
        "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK",
        "yyyy-MM-dd HH:mm:ss.FFFFFFFK",
        "yyyy-MM-dd'T'HH:mmK",
        "yyyy-MM-dd HH:mmK",
        "yyyyMMdd'T'HHmmssK",
    ];

    readonly TimeFormat _format;
    readonly DateTimeOffset _epoch;
    readonly decimal _step;
    readonly string[] _patterns = Iso;
    readonly TimeZoneInfo _zone = TimeZoneInfo.Utc;

    internal TimeReader(TimeMapping mapping)
    {
        (_format, _epoch) = (
            mapping.Format,
            mapping.Format is TimeFormat.UnixSeconds or TimeFormat.UnixMilliseconds
                ? DateTimeOffset.UnixEpoch
                : mapping.Epoch
        );
        if (!double.IsFinite(mapping.Step) || Math.Abs(mapping.Step) > 86_400 * 366)
            throw MappingFile.Invalid(
                "time.step is not a valid number of seconds.",
                "Set it to the number of seconds from one record to the next, at most 366 days."
            );
        _step = (decimal)mapping.Step;
        if (_format is TimeFormat.Custom)
            _patterns =
            [
                mapping.Pattern
                    ?? throw MappingFile.Invalid(
                        "time.format is custom, and time.pattern is missing.",
                        "Set time.pattern to a .NET date and time format."
                    ),
            ];
        if (mapping.TimeZone is { } zone && !TimeZoneInfo.TryFindSystemTimeZoneById(zone, out _zone!))
            throw MappingFile.Invalid(
                $"Unknown time zone \"{zone}\".",
                "Use an IANA name such as Europe/Copenhagen, and make sure that tzdata is installed."
            );
    }

    /// <summary>Converts a local time to a point in time.</summary>
    /// <remarks>
    /// The first and the last year have no offsets. Their times are returned as UTC, and validation rejects them.
    /// </remarks>
    internal static DateTimeOffset ToTime(TimeZoneInfo zone, DateTime local) =>
        new(local, local.Year is 1 or 9999 ? TimeSpan.Zero : zone.GetUtcOffset(local));

    /// <param name="text">The text of the field.</param>
    /// <param name="number">The number of the record in the file, from 1.</param>
    /// <param name="time">The time.</param>
    /// <returns>The reason why the time cannot be read, or null if it was read.</returns>
    internal RejectReason? Read(string? text, long number, out DateTimeOffset time)
    {
        time = default;
        if (_format is TimeFormat.Sequence)
            return Add(_step * (number - 1), out time);
        if (string.IsNullOrWhiteSpace(text))
            return RejectReason.MissingTime;
        if (_format is TimeFormat.Iso8601 or TimeFormat.Custom)
            return ReadText(text.Trim(), out time);
        if (
            !decimal.TryParse(
                text,
                NumberStyles.AllowLeadingSign
                    | NumberStyles.AllowDecimalPoint
                    | NumberStyles.AllowLeadingWhite
                    | NumberStyles.AllowTrailingWhite,
                CultureInfo.InvariantCulture,
                out decimal value
            )
        )
            return RejectReason.Malformed;
        return Add(_format is TimeFormat.UnixMilliseconds ? value / 1000 : value, out time);
    }

    RejectReason? ReadText(string text, out DateTimeOffset time)
    {
        if (
            !DateTimeOffset.TryParseExact(
                text,
                _patterns,
                CultureInfo.InvariantCulture,
                DateTimeStyles.AssumeUniversal,
                out time
            )
        )
            return RejectReason.Malformed;
        bool hasOffset = text[^1] is 'Z' || (text.Length > 6 && text[^6] is '+' or '-' && text[^3] is ':');
        if (!hasOffset && _zone != TimeZoneInfo.Utc)
            time = ToTime(_zone, time.DateTime);
        return null;
    }

    RejectReason? Add(decimal seconds, out DateTimeOffset time)
    {
        time = default;
        // a thousand years: out of range for validation, and within the range of the arithmetic below
        if (Math.Abs(seconds) > 31_556_952_000m)
            return RejectReason.TimeOutOfRange;
        long ticks = (long)(seconds * TimeSpan.TicksPerSecond);
        if (
            ticks < DateTimeOffset.MinValue.Ticks - _epoch.UtcTicks
            || ticks > DateTimeOffset.MaxValue.Ticks - _epoch.UtcTicks
        )
            return RejectReason.TimeOutOfRange;
        time = _epoch.AddTicks(ticks);
        return null;
    }
}
