using CallIntel.Sdk.Classification;
using CallIntel.Sdk.Crypto.Envelope;
using CallIntel.Sdk.Events;

namespace CallIntel.Sdk.Search;

/// <summary>An event that was found.</summary>
/// <param name="Event">The event without its content.</param>
/// <param name="Lane">How it was found.</param>
/// <param name="Score">
/// How well it matches, between 0 and 1, in comparison with the other hits of the same search. Scores of two searches
/// cannot be compared.
/// </param>
public sealed record SearchHit([property: PseudonymousData] ConversationEvent Event, SearchLane Lane, double Score)
{
    /// <summary>
    /// The best passage of each field in which words of the search occur. If they occur in none, the beginning of the
    /// content. Empty without content, and after <see cref="SearchQuery.WithoutSnippets"/>.
    /// </summary>
    /// <value>The default value is empty.</value>
    [ProtectedData]
    public IReadOnlyList<SearchSnippet> Snippets { get; init; } = [];

    /// <summary>
    /// The result of decrypting the content. Snippets exist only if it is <see cref="DecryptResult.Ok"/>.
    /// </summary>
    /// <value>The default value is <see cref="DecryptResult.Ok"/>.</value>
    public DecryptResult Status { get; init; }
}
