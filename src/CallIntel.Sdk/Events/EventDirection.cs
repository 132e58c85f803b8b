namespace CallIntel.Sdk.Events;

/// <summary>The direction of an event from the org's point of view.</summary>
public enum EventDirection
{
    /// <summary>The contact called or wrote.</summary>
    Inbound = 1,

    /// <summary>The org called or wrote.</summary>
    Outbound = 2,
}
