namespace CallIntel.Sdk.Events;

/// <summary>Who began, seen from the org.</summary>
public enum EventDirection
{
    /// <summary>The contact began.</summary>
    Inbound = 1,

    /// <summary>The org began.</summary>
    Outbound = 2,
}
