namespace CallIntel.Sdk.Ingestion.Importers;

/// <summary>Where the time of a record stands and how it is written.</summary>
public sealed class TimeMapping
{
    /// <summary>The field. Required, unless <see cref="Format"/> is <see cref="TimeFormat.Sequence"/>.</summary>
    public string? Field { get; set; }

    /// <summary>How it is written.</summary>
    /// <value>The default value is <see cref="TimeFormat.Iso8601"/>.</value>
    public TimeFormat Format { get; set; }

    /// <summary>The moment from which <see cref="TimeFormat.Seconds"/> and <see cref="TimeFormat.Sequence"/> count.</summary>
    /// <value>The default value is the beginning of 1970.</value>
    public DateTimeOffset Epoch { get; set; } = DateTimeOffset.UnixEpoch;

    /// <summary>For <see cref="TimeFormat.Sequence"/>: seconds from one record to the next.</summary>
    /// <value>The default value is 1.</value>
    public double Step { get; set; } = 1;

    /// <summary>For <see cref="TimeFormat.Custom"/>: a .NET date and time format, for example <c>dd/MM/yyyy HH:mm</c>.</summary>
    public string? Pattern { get; set; }

    /// <summary>The IANA zone of times that name no offset, for example <c>Europe/Copenhagen</c>.</summary>
    /// <value>The default value is <see langword="null"/>: UTC.</value>
    public string? TimeZone { get; set; }
}
