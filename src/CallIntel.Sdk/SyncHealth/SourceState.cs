namespace CallIntel.Sdk.SyncHealth;

/// <summary>How well a stream of a source is doing, as the view <c>callintel.sync_health</c> says. A higher value is worse.</summary>
public enum SourceState
{
    /// <summary>The last run succeeded, and fresh data is not due yet.</summary>
    Ok = 0,

    /// <summary>Fresh data is due.</summary>
    Late = 1,

    /// <summary>The last run refused more than one record in twenty.</summary>
    Rejecting = 2,

    /// <summary>Fresh data is overdue by three times the expected interval.</summary>
    Stale = 3,

    /// <summary>Nothing has ever run.</summary>
    NeverRun = 4,

    /// <summary>The last run says it is working and has given no sign of life for five minutes.</summary>
    Hung = 5,

    /// <summary>The last run failed.</summary>
    Failing = 6,
}
