namespace CallIntel.Sdk.Ingestion.Importers.Mapping;

/// <summary>The time at which an event started.</summary>
public sealed class TimeMapping
{
    /// <summary>
    /// The field with the time. Required, unless <see cref="Format"/> is <see cref="TimeFormat.Sequence"/>.
    /// </summary>
    public string? Field { get; set; }

    /// <summary>
    /// The field with the date, if date and time of day are in separate fields. <see cref="Field"/> then contains the
    /// time of day. The date is read before the time of day, with a space between them.
    /// </summary>
    /// <value>The default value is <see langword="null"/>: <see cref="Field"/> contains both.</value>
    public string? DateField { get; set; }

    /// <summary>How the field is written.</summary>
    /// <value>The default value is <see cref="TimeFormat.Iso8601"/>.</value>
    public TimeFormat Format { get; set; }

    /// <summary>
    /// The time from which <see cref="TimeFormat.Seconds"/> and <see cref="TimeFormat.Sequence"/> count.
    /// </summary>
    /// <value>The default value is 1970-01-01 UTC.</value>
    public DateTimeOffset Epoch { get; set; } = DateTimeOffset.UnixEpoch;

    /// <summary>For <see cref="TimeFormat.Sequence"/>: the number of seconds from one record to the next.</summary>
    /// <value>The default value is 1.</value>
    public double Step { get; set; } = 1;

    /// <summary>
    /// For <see cref="TimeFormat.Custom"/>: a .NET date and time format, for example <c>dd/MM/yyyy HH:mm</c>. An offset
    /// in the text is read by <c>K</c> or <c>zzz</c>, or can be a literal such as <c>'GMT'</c> at the end.
    /// </summary>
    public string? Pattern { get; set; }

    /// <summary>
    /// For <see cref="TimeFormat.Custom"/>: further formats like <see cref="Pattern"/>. The first one that fits a text
    /// reads it, so none of them may be ambiguous with another.
    /// </summary>
    /// <value>The default value is <see langword="null"/>: only <see cref="Pattern"/>.</value>
    public IReadOnlyList<string>? Patterns { get; set; }

    /// <summary>
    /// Whether the order of day and month in the pattern is a guess. Such times are counted as
    /// <see cref="Events.TimeBasis.AssumedOrder"/>.
    /// </summary>
    /// <value>The default value is <see langword="false"/>.</value>
    public bool IsOrderAssumed { get; set; }

    /// <summary>
    /// The IANA time zone of times without an offset, for example <c>Europe/Copenhagen</c>. An offset in the text takes
    /// precedence.
    /// </summary>
    /// <value>The default value is <see langword="null"/>: UTC.</value>
    public string? TimeZone { get; set; }
}
