namespace CallIntel.Sdk.SyncHealth;

/// <summary>
/// What is expected of a source. What is null is learned from the runs of the eight weeks before, by hour of the week.
/// </summary>
/// <param name="Every">How often fresh data is due: late after this, stale after three times as long.</param>
/// <param name="Lag">How old the newest event may be when it comes.</param>
public sealed record SourceExpectation(TimeSpan? Every = null, TimeSpan? Lag = null);
