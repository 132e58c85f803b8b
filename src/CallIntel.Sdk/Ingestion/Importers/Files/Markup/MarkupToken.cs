namespace CallIntel.Sdk.Ingestion.Importers.Files.Markup;

/// <summary>The kind of a token of a <see cref="MarkupReader"/>.</summary>
enum MarkupToken
{
    /// <summary>A start tag with its attributes.</summary>
    Start,

    /// <summary>An end tag.</summary>
    End,

    /// <summary>Text between elements.</summary>
    Text,

    /// <summary>Malformed markup. The reader skips it and continues.</summary>
    Broken,

    /// <summary>The end of the file.</summary>
    EndOfFile,
}
