namespace CallIntel.Sdk.Ingestion.Importers.Markup;

/// <summary>What stood between two steps of a <see cref="MarkupReader"/>.</summary>
enum MarkupToken
{
    /// <summary>The beginning of an element, with its attributes.</summary>
    Start,

    /// <summary>The end of an element.</summary>
    End,

    /// <summary>Text between elements.</summary>
    Text,

    /// <summary>Something that is no markup; reading goes on behind it.</summary>
    Broken,

    /// <summary>The end of the file.</summary>
    EndOfFile,
}
