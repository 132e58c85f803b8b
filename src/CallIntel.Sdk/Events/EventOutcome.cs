namespace CallIntel.Sdk.Events;

/// <summary>How an event ended.</summary>
public enum EventOutcome
{
    /// <summary>The source did not say.</summary>
    Unknown = 0,

    /// <summary>A call was answered, a message delivered.</summary>
    Completed = 1,

    /// <summary>A call rang and nobody answered.</summary>
    Missed = 2,

    /// <summary>The line was busy.</summary>
    Busy = 3,

    /// <summary>The network or the device failed.</summary>
    Failed = 4,

    /// <summary>The called party refused the call.</summary>
    Rejected = 5,

    /// <summary>A filter kept it away.</summary>
    Blocked = 6,

    /// <summary>A message was sent; delivery is not known.</summary>
    Sent = 7,
}
