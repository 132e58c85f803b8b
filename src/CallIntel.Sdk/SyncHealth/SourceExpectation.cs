namespace CallIntel.Sdk.SyncHealth;

/// <summary>
/// The expected freshness of a source. Null values are learned from the runs of the last eight weeks, per hour of the
/// week.
/// </summary>
/// <param name="Every">
/// The interval at which new data is due. The source is late after it, and stale after three times as long.
/// </param>
/// <param name="Lag">How old the latest event may be when it arrives.</param>
public sealed record SourceExpectation(TimeSpan? Every = null, TimeSpan? Lag = null);
