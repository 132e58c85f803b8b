using CallIntel.Sdk.Classification;
using CallIntel.Sdk.SyncHealth;

namespace CallIntel.Sdk.Search;

/// <summary>A page of the hits of a search, with how complete and how fresh it is.</summary>
/// <param name="Hits">The hits, the best first.</param>
public sealed record SearchAnswer([property: ProtectedData] IReadOnlyList<SearchHit> Hits)
{
    /// <summary>
    /// The position of the next page, for <see cref="SearchQuery.After"/>; null after the last page. A search ranks the
    /// best 1,000 events.
    /// </summary>
    public SearchCursor? Next { get; init; }

    /// <summary>How far the contents of the org are indexed.</summary>
    public required SearchIndexState Index { get; init; }

    /// <summary>Whether the hits are also ranked by meaning.</summary>
    public SearchMeaning Meaning { get; init; }

    /// <summary>
    /// The time up to which all streams of the org are complete, as in
    /// <see cref="Dashboards.DashboardAnswer{T}.AsOf"/>.
    /// </summary>
    public DateTimeOffset? AsOf { get; init; }

    /// <summary>The worst state of the streams; <see cref="SourceState.NeverRun"/> if there are none.</summary>
    public SourceState WorstState { get; init; }
}
