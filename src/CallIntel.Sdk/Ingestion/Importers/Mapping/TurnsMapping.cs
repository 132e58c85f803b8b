namespace CallIntel.Sdk.Ingestion.Importers.Mapping;

/// <summary>
/// An array in a JSON record with what the people said in turn. Each element becomes a line of the transcript:
/// <c>speaker: text</c>.
/// </summary>
public sealed class TurnsMapping
{
    /// <summary>The path of the array. Required.</summary>
    public string? Field { get; set; }

    /// <summary>The property of an element with the name of the speaker.</summary>
    /// <value>The default value is <see langword="null"/>: the transcript does not name the speakers.</value>
    public string? Speaker { get; set; }

    /// <summary>The property of an element with the text.</summary>
    /// <value>The default value is <c>text</c>.</value>
    public string Text { get; set; } = "text";
}
