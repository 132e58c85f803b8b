namespace CallIntel.Sdk.Jobs;

/// <summary>The number of jobs of one kind in all orgs.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Waiting">The jobs that no worker holds.</param>
/// <param name="Due">The jobs that a worker could take now.</param>
/// <param name="Running">The jobs that a worker holds.</param>
/// <param name="Dead">The jobs that failed too often, or whose deadline passed.</param>
/// <param name="OldestDue">How long the oldest due job has been due; null if none is.</param>
public sealed record JobStatistics(string Kind, long Waiting, long Due, long Running, long Dead, TimeSpan? OldestDue);
