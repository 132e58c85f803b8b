using CallIntel.Sdk.Classification;

namespace CallIntel.Sdk.Search;

/// <summary>A passage of the content of an event that was found. Personal data.</summary>
/// <param name="Field">The field that the passage is taken from.</param>
/// <param name="Text">The passage, at most about 240 characters, cut between words.</param>
public sealed record SearchSnippet(SearchField Field, [property: ProtectedData] string Text)
{
    /// <summary>
    /// The positions of the words of the search in <see cref="Text"/>, in order and without overlaps.
    /// </summary>
    /// <value>The default value is empty: the event was found by its meaning or by its contact.</value>
    public IReadOnlyList<TextSpan> Highlights { get; init; } = [];

    /// <summary>Whether the passage begins at the start of the content.</summary>
    public bool IsStart { get; init; }

    /// <summary>Whether the passage reaches the end of the content.</summary>
    public bool IsEnd { get; init; }

    /// <summary>Returns the field only; the text is not included.</summary>
    public override string ToString() => $"{nameof(SearchSnippet)} {{ {Field} *** }}";
}
