using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion.Importers.Files;

namespace CallIntel.Sdk.Ingestion.Importers.Mapping;

/// <summary>Reads times as a <see cref="TimeMapping"/> defines them.</summary>
sealed class TimeReader
{
    static readonly DateTimeOffset AppleEpoch = new(2001, 1, 1, 0, 0, 0, TimeSpan.Zero);

    readonly TimeFormat _format;
    readonly DateTimeOffset _epoch;
    readonly decimal _step;
    readonly CustomTime[] _custom = [];
    readonly TimeZoneInfo? _zone;
    readonly bool _isOrderAssumed;

    internal TimeReader(TimeMapping mapping)
    {
        (_format, _isOrderAssumed) = (mapping.Format, mapping.IsOrderAssumed);
        _epoch = _format switch
        {
            TimeFormat.Seconds or TimeFormat.Sequence => mapping.Epoch,
            TimeFormat.Apple => AppleEpoch,
            _ => DateTimeOffset.UnixEpoch,
        };
        if (!double.IsFinite(mapping.Step) || Math.Abs(mapping.Step) > 86_400 * 366)
            throw MappingFile.Invalid(
                "time.step is not a valid number of seconds.",
                "Set it to the number of seconds from one record to the next, at most 366 days."
            );
        _step = (decimal)mapping.Step;
        if (_format is TimeFormat.Custom)
            _custom = PatternsOf(mapping);
        if (mapping.TimeZone is { } zone && !TimeZoneInfo.TryFindSystemTimeZoneById(zone, out _zone))
            throw MappingFile.Invalid(
                $"Unknown time zone \"{zone}\".",
                "Use an IANA name such as Europe/Copenhagen, and make sure that tzdata is installed."
            );
    }

    /// <param name="text">The text of the field.</param>
    /// <param name="number">The number of the record in the file, from 1.</param>
    /// <param name="time">The time.</param>
    /// <param name="basis">Whether the time is a guess.</param>
    /// <returns>Why the time cannot be read, or null if it was read.</returns>
    internal ReadFault? Read(string? text, long number, out DateTimeOffset time, out TimeBasis basis)
    {
        (time, basis) = (default, default);
        if (_format is TimeFormat.Sequence)
            return Add(_step * (number - 1), out time);
        if (string.IsNullOrWhiteSpace(text))
            return new ReadFault(RejectReason.MissingTime, "time: the field is empty");
        if (_format is TimeFormat.Iso8601)
            return TimeText.TryRead(text, _zone, out time, out basis) ? null : Malformed;
        foreach (CustomTime custom in _custom)
            if (custom.TryRead(text.Trim(), _zone, out time, out basis))
            {
                basis = _isOrderAssumed ? TimeBasis.AssumedOrder : basis;
                return null;
            }
        if (_custom.Length > 0)
            return Malformed;
        if (!DecimalText.TryRead(text, commaIsDecimal: true, out decimal value))
            return Malformed;
        if (_format is TimeFormat.Spreadsheet)
            return ReadDays(value, out time, out basis);
        if (value == 0 && _format is TimeFormat.Apple)
            return new ReadFault(RejectReason.MissingTime, "time: zero stands for no time");
        int units = UnitsPerSecond(value);
        // Counts of microseconds and nanoseconds are newer than their years before 2001. Counts from 2001 land there.
        return _format is TimeFormat.Unix && units > 1000 && value < AppleEpoch.ToUnixTimeSeconds() * (decimal)units
            ? AppleLike
            : Add(value / units, out time);
    }

    /// <summary>Reads days since 1899-12-30. The time is rounded to seconds, as there are few digits.</summary>
    ReadFault? ReadDays(decimal days, out DateTimeOffset time, out TimeBasis basis)
    {
        (time, basis) = (default, default);
        if (days is < 1 or > 2_958_465)
            return OutOfRange;
        DateTime local = new DateTime(1899, 12, 30).AddSeconds((double)Math.Round(days * 86_400));
        TimeText.TryCombine(local, null, _zone, out time, out basis);
        return null;
    }

    static CustomTime[] PatternsOf(TimeMapping mapping)
    {
        string[] patterns = [.. new[] { mapping.Pattern }.Concat(mapping.Patterns ?? []).OfType<string>()];
        if (patterns.Contains(RecordMapper.Unfilled))
            throw RecordMapper.NotFilledIn(
                "time.pattern",
                "a .NET date and time format, for example dd/MM/yyyy HH:mm:ss"
            );
        return patterns.Length > 0
            ? Array.ConvertAll(patterns, pattern => new CustomTime(pattern))
            : throw MappingFile.Invalid(
                "time.format is custom, and time.pattern is missing.",
                "Set time.pattern to a .NET date and time format."
            );
    }

    ReadFault Malformed =>
        new(
            RejectReason.Malformed,
            _format switch
            {
                TimeFormat.Iso8601 => $"time: expected {TimeText.Expected}",
                TimeFormat.Custom => "time: expected the format of time.pattern",
                _ => "time: expected a number",
            }
        );

    static readonly ReadFault AppleLike = new(
        RejectReason.TimeOutOfRange,
        "time: a count from 1970 in this unit is a time before 2001; if it counts from 2001, use the format apple"
    );

    static readonly ReadFault OutOfRange = new(
        RejectReason.TimeOutOfRange,
        "time: too many units for time.format; check whether it names the right unit"
    );

    int UnitsPerSecond(decimal value) =>
        _format switch
        {
            TimeFormat.UnixMilliseconds => 1000,
            TimeFormat.UnixMicroseconds => 1_000_000,
            TimeFormat.UnixNanoseconds => 1_000_000_000,
            // each unit covers the years from 1973 to 5138
            TimeFormat.Unix or TimeFormat.Apple => Math.Abs(value) switch
            {
                < 100_000_000_000m => 1,
                < 100_000_000_000_000m => 1000,
                < 100_000_000_000_000_000m => 1_000_000,
                _ => 1_000_000_000,
            },
            _ => 1,
        };

    ReadFault? Add(decimal seconds, out DateTimeOffset time)
    {
        time = default;
        // a thousand years: out of range for validation, and within the range of the arithmetic below
        if (Math.Abs(seconds) > 31_556_952_000m)
            return OutOfRange;
        long ticks = (long)(seconds * TimeSpan.TicksPerSecond);
        if (
            ticks < DateTimeOffset.MinValue.Ticks - _epoch.UtcTicks
            || ticks > DateTimeOffset.MaxValue.Ticks - _epoch.UtcTicks
        )
            return OutOfRange;
        time = _epoch.AddTicks(ticks);
        return null;
    }
}
