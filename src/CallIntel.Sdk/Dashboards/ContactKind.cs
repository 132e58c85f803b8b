namespace CallIntel.Sdk.Dashboards;

/// <summary>Whether a contact is new in a time range, as far as the session sees the events of the contact.</summary>
public enum ContactKind
{
    /// <summary>The first event ever with the contact is in the range.</summary>
    New = 1,

    /// <summary>The contact had an event before the range.</summary>
    Returning = 2,
}
