namespace CallIntel.Sdk.Dashboards;

/// <summary>What one run of a recomputation of dashboard cells did.</summary>
/// <param name="Orgs">The number of orgs that had marked days.</param>
/// <param name="Days">The number of marked days of all orgs whose cells were computed.</param>
public sealed record RollupProgress(int Orgs, long Days);
