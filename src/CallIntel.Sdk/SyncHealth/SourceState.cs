namespace CallIntel.Sdk.SyncHealth;

/// <summary>
/// How well a stream of a source is doing, as the view <c>callintel.sync_health</c> says. A higher value is worse.
/// </summary>
/// <remarks>
/// Of the rules that hold the worst gives the state; <see cref="StreamHealth.Reasons"/> names them all. Each is
/// explained in <c>docs/guides/sync-health.md</c>.
/// </remarks>
public enum SourceState
{
    /// <summary>The last run succeeded, and fresh data is not due yet.</summary>
    Ok = 0,

    /// <summary>Events come later after they happened than they may, or usually do.</summary>
    Lagging = 1,

    /// <summary>Fresh data is due.</summary>
    Late = 2,

    /// <summary>
    /// The last run succeeded and brought nothing new, at an hour of the week that usually brings something.
    /// </summary>
    ZeroRows = 3,

    /// <summary>The last run that read anything refused more than one record in twenty.</summary>
    Rejecting = 4,

    /// <summary>Fresh data is overdue by three times the expected interval.</summary>
    Stale = 5,

    /// <summary>Nothing has ever run.</summary>
    NeverRun = 6,

    /// <summary>The last run says it is working and has given no sign of life for three times its heartbeat.</summary>
    Hung = 7,

    /// <summary>The last run failed, or its process died: no sign of life for ten times its heartbeat.</summary>
    Failing = 8,
}
