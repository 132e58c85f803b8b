namespace CallIntel.Sdk.SyncHealth;

/// <summary>
/// The health state of a stream, as in the view <c>callintel.sync_health</c>. A higher value is worse.
/// </summary>
/// <remarks>
/// If several conditions hold, the state is the worst of them; <see cref="StreamHealth.Reasons"/> lists all. See
/// <c>docs/guides/sync-health.md</c> for the exact conditions.
/// </remarks>
public enum SourceState
{
    /// <summary>The last run succeeded, and new data is not due yet.</summary>
    Ok = 0,

    /// <summary>Events arrive with a longer delay than expected or usual.</summary>
    Lagging = 1,

    /// <summary>New data is due.</summary>
    Late = 2,

    /// <summary>
    /// The last run succeeded but brought no new records, in an hour of the week that usually has some.
    /// </summary>
    ZeroRows = 3,

    /// <summary>The last run that read records rejected more than 5 % of them.</summary>
    Rejecting = 4,

    /// <summary>New data is overdue by three times the expected interval.</summary>
    Stale = 5,

    /// <summary>No run has been started yet.</summary>
    NeverRun = 6,

    /// <summary>The last run is in progress but has sent no heartbeat for three heartbeat intervals.</summary>
    Hung = 7,

    /// <summary>The last run failed, or its process died: it sent no heartbeat for ten heartbeat intervals.</summary>
    Failing = 8,
}
