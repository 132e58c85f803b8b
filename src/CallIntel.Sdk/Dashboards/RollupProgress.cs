namespace CallIntel.Sdk.Dashboards;

/// <summary>What one run of a recomputation of dashboard cells did.</summary>
/// <param name="Orgs">The number of orgs that had marked days.</param>
/// <param name="Days">The number of marked days of all orgs whose cells were computed.</param>
/// <param name="FinalMonths">
/// The number of dropped months of all orgs that a rebuild skipped: their events were dropped by retention, so their
/// cells stay as they are. 0 for a run that is not a rebuild.
/// </param>
public sealed record RollupProgress(int Orgs, long Days, int FinalMonths = 0);
