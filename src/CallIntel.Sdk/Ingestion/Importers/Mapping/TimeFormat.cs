namespace CallIntel.Sdk.Ingestion.Importers.Mapping;

/// <summary>How a file writes times.</summary>
public enum TimeFormat
{
    /// <summary>
    /// ISO 8601, for example <c>2026-01-05T09:30:00.123+01:00</c> or <c>20260105T093000Z</c>, or the date of an e-mail
    /// (RFC 5322), for example <c>Mon, 5 Jan 2026 09:30:00 +0100</c>. Fraction, seconds and offset are optional.
    /// </summary>
    Iso8601,

    /// <summary>Seconds since 1970-01-01 UTC, with or without a fraction.</summary>
    UnixSeconds,

    /// <summary>Milliseconds since 1970-01-01 UTC.</summary>
    UnixMilliseconds,

    /// <summary>Seconds since <see cref="TimeMapping.Epoch"/>, with or without a fraction.</summary>
    Seconds,

    /// <summary>The .NET format in <see cref="TimeMapping.Pattern"/>.</summary>
    Custom,

    /// <summary>
    /// The file contains no times. The first record gets the time <see cref="TimeMapping.Epoch"/>, and each following
    /// record is <see cref="TimeMapping.Step"/> later.
    /// </summary>
    Sequence,

    /// <summary>Microseconds since 1970-01-01 UTC.</summary>
    UnixMicroseconds,

    /// <summary>Nanoseconds since 1970-01-01 UTC.</summary>
    UnixNanoseconds,

    /// <summary>
    /// Seconds, milliseconds, microseconds or nanoseconds since 1970-01-01 UTC. The magnitude of each number determines
    /// its unit.
    /// </summary>
    Unix,

    /// <summary>
    /// Seconds, milliseconds, microseconds or nanoseconds since 2001-01-01 UTC, as iOS and macOS write them. The
    /// magnitude of each number determines its unit.
    /// </summary>
    Apple,

    /// <summary>
    /// Days since 1899-12-30 with a fraction for the local time of day, for example <c>46027.4166666667</c>: how
    /// spreadsheets write a time in a cell without a date format.
    /// </summary>
    Spreadsheet,
}
