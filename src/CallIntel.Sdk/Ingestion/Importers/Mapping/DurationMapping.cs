namespace CallIntel.Sdk.Ingestion.Importers.Mapping;

/// <summary>The duration of an event: a decimal number of seconds, or of another unit.</summary>
public sealed class DurationMapping
{
    /// <summary>The field with the duration. Required. If the field is empty, the duration is unknown.</summary>
    public string? Field { get; set; }

    /// <summary>
    /// A value of the field that means that the call was not answered, for example <c>-1</c>. The event then has no
    /// duration, and its outcome is missed.
    /// </summary>
    /// <value>The default value is <see langword="null"/>: no such value.</value>
    public string? Missed { get; set; }

    /// <summary>
    /// Whether a text such as <c>1:35</c> means hours and minutes. Otherwise it means minutes and seconds.
    /// </summary>
    /// <value>The default value is <see langword="false"/>.</value>
    public bool HoursAndMinutes { get; set; }

    /// <summary>The number of units in a second, for example 1000 for milliseconds.</summary>
    /// <value>The default value is 1.</value>
    public int PerSecond { get; set; } = 1;

    /// <summary>The text with seconds, if it contains only hours and minutes.</summary>
    internal string WithSeconds(string text) =>
        HoursAndMinutes && text.Count(c => c == ':') == 1 ? $"{text.Trim()}:00" : text;
}
