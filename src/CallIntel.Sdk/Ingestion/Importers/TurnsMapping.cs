namespace CallIntel.Sdk.Ingestion.Importers;

/// <summary>An array of turns in a JSON record. Each becomes a line of the transcript: <c>speaker: text</c>.</summary>
public sealed class TurnsMapping
{
    /// <summary>The path of the array. Required.</summary>
    public string? Field { get; set; }

    /// <summary>The property of a turn that says who spoke.</summary>
    /// <value>The default value is <see langword="null"/>: nobody is named.</value>
    public string? Speaker { get; set; }

    /// <summary>The property of a turn that says what.</summary>
    /// <value>The default value is <c>text</c>.</value>
    public string Text { get; set; } = "text";
}
