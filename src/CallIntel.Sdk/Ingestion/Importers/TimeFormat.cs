namespace CallIntel.Sdk.Ingestion.Importers;

/// <summary>How a time is written.</summary>
public enum TimeFormat
{
    /// <summary><c>2026-01-05T09:30:00.123+01:00</c>, also with a space, without fraction, seconds or offset.</summary>
    Iso8601,

    /// <summary>Seconds since 1970, whole or not.</summary>
    UnixSeconds,

    /// <summary>Milliseconds since 1970.</summary>
    UnixMilliseconds,

    /// <summary>Seconds since <see cref="TimeMapping.Epoch"/>, whole or not.</summary>
    Seconds,

    /// <summary>As <see cref="TimeMapping.Pattern"/> says.</summary>
    Custom,

    /// <summary>The file holds no times: the first record is of <see cref="TimeMapping.Epoch"/>, each next one <see cref="TimeMapping.Step"/> later.</summary>
    Sequence,
}
