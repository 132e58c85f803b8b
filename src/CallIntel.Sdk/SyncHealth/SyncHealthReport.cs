using CallIntel.Sdk.Dashboards;

namespace CallIntel.Sdk.SyncHealth;

/// <summary>The health of an org's streams at one point in time.</summary>
/// <param name="At">The evaluated time.</param>
/// <param name="WorstState">
/// The worst state of the streams; <see cref="SourceState.NeverRun"/> if there are none.
/// </param>
/// <param name="AsOf">
/// The time up to which all streams are complete, as in <see cref="Dashboards.DashboardAnswer{T}.AsOf"/>.
/// </param>
/// <param name="Streams">The streams, ordered by state (the worst first), source and stream.</param>
public sealed record SyncHealthReport(
    DateTimeOffset At,
    SourceState WorstState,
    DateTimeOffset? AsOf,
    IReadOnlyList<StreamHealth> Streams
)
{
    /// <summary>
    /// For how long a committed change has been missing from the change feed, because an older transaction on the
    /// server is still in progress. Null if none is missing. Does not affect <see cref="WorstState"/>.
    /// </summary>
    public TimeSpan? ChangeFeedDelay { get; init; }

    /// <summary>
    /// How far text search is behind: the age of the oldest content that may not be indexed yet. Null if text search is
    /// off or its index is being built. Does not affect <see cref="WorstState"/>.
    /// </summary>
    public TimeSpan? TextSearchDelay { get; init; }
}
