using CallIntel.Sdk.SyncHealth;

namespace CallIntel.Sdk.Dashboards;

/// <summary>The result of a dashboard query, with the freshness of the sources behind it.</summary>
/// <typeparam name="T">The type of a row.</typeparam>
/// <param name="Rows">The rows.</param>
/// <param name="AsOf">
/// The time up to which all sources are complete: the oldest of the streams' latest successful runs. For a stream
/// without a successful run, the time of its latest stored event counts. Null if nothing has been stored.
/// </param>
/// <param name="WorstState">
/// The worst state of the org's streams; <see cref="SourceState.NeverRun"/> if there are none.
/// </param>
public sealed record DashboardAnswer<T>(IReadOnlyList<T> Rows, DateTimeOffset? AsOf, SourceState WorstState)
{
    /// <summary>What the rows were computed from.</summary>
    /// <value>The default value is <see cref="DashboardSource.Events"/>.</value>
    public DashboardSource Source { get; init; }

    /// <summary>The figure for the period before the range.</summary>
    /// <value>
    /// The default value is <see langword="null"/>: the question did not ask for it with
    /// <see cref="DashboardQuery.ComparesWithPrevious"/>.
    /// </value>
    public PreviousPeriod<T>? Previous { get; init; }
}
