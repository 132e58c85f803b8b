namespace CallIntel.Sdk.Ingestion.Importers;

/// <summary>Where the length of an event stands, in seconds, whole or not.</summary>
public sealed class DurationMapping
{
    /// <summary>The field. Required. An empty one means that the source did not say.</summary>
    public string? Field { get; set; }

    /// <summary>A value that says that nobody answered, for example <c>-1</c>: no duration, and the outcome is "missed".</summary>
    /// <value>The default value is <see langword="null"/>: there is none.</value>
    public string? Missed { get; set; }

    /// <summary>How many of the field's units make a second.</summary>
    /// <value>The default value is 1; 1000 for milliseconds.</value>
    public int PerSecond { get; set; } = 1;
}
