namespace CallIntel.Sdk.Events;

/// <summary>How an event ended.</summary>
public enum EventOutcome
{
    /// <summary>The source did not report an outcome.</summary>
    Unknown = 0,

    /// <summary>A call was answered or a message was delivered.</summary>
    Completed = 1,

    /// <summary>A call rang and nobody answered.</summary>
    Missed = 2,

    /// <summary>The line was busy.</summary>
    Busy = 3,

    /// <summary>The network or the device failed.</summary>
    Failed = 4,

    /// <summary>The called party refused the call.</summary>
    Rejected = 5,

    /// <summary>A filter blocked the call or message.</summary>
    Blocked = 6,

    /// <summary>A message was sent, but its delivery has not been confirmed.</summary>
    Sent = 7,
}
