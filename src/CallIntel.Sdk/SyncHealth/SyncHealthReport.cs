using CallIntel.Sdk.Dashboards;

namespace CallIntel.Sdk.SyncHealth;

/// <summary>The health of an org's streams at one moment.</summary>
/// <param name="At">The moment that is judged.</param>
/// <param name="WorstState">
/// The worst state of the streams; <see cref="SourceState.NeverRun"/> if there are none.
/// </param>
/// <param name="AsOf">
/// Up to when every stream has delivered, as in <see cref="Dashboards.DashboardAnswer{T}.AsOf"/>.
/// </param>
/// <param name="Streams">The streams, the worst first, then by source and stream.</param>
public sealed record SyncHealthReport(
    DateTimeOffset At,
    SourceState WorstState,
    DateTimeOffset? AsOf,
    IReadOnlyList<StreamHealth> Streams
);
