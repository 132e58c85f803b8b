using CallIntel.Sdk.SyncHealth;

namespace CallIntel.Sdk.Dashboards;

/// <summary>A figure, and how far it can be trusted: it is as fresh as the sources behind it.</summary>
/// <typeparam name="T">A row of the figure.</typeparam>
/// <param name="Rows">The rows.</param>
/// <param name="AsOf">
/// Up to when every source has delivered: the oldest latest success of the org's streams, or the time of the last event
/// stored where a stream has not succeeded yet. Null if nothing was ever stored.
/// </param>
/// <param name="WorstState">
/// The worst state of the org's streams; <see cref="SourceState.NeverRun"/> if there are none.
/// </param>
public sealed record DashboardAnswer<T>(IReadOnlyList<T> Rows, DateTimeOffset? AsOf, SourceState WorstState);
