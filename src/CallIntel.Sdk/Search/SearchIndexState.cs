namespace CallIntel.Sdk.Search;

/// <summary>How far the contents of an org are indexed for text search.</summary>
/// <param name="IsEnabled">
/// Whether text search is on. If it is off, a search finds the events of a contact by its number and nothing else.
/// </param>
/// <param name="Language">The language of the index.</param>
/// <param name="IsComplete">
/// Whether all contents that were stored before <see cref="IndexedAt"/> are indexed. False until the index was built
/// for the first time, and while it is built again.
/// </param>
/// <param name="IndexedAt">
/// The time up to which stored contents are indexed, in UTC; null before the index was built for the first time.
/// </param>
public sealed record SearchIndexState(
    bool IsEnabled,
    SearchLanguage Language,
    bool IsComplete,
    DateTimeOffset? IndexedAt
)
{
    /// <summary>The state of an org that has never turned text search on.</summary>
    internal static SearchIndexState Off { get; } = new(false, SearchLanguage.English, false, null);
}
