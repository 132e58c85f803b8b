namespace CallIntel.Sdk.Events;

/// <summary>The role of a party in an event.</summary>
public enum PartyRole
{
    /// <summary>Sent the message or placed the call.</summary>
    From = 1,

    /// <summary>Was a recipient of the message or call.</summary>
    To = 2,

    /// <summary>Received a copy of the message.</summary>
    Cc = 3,

    /// <summary>Received a blind copy of the message.</summary>
    Bcc = 4,

    /// <summary>Received the call by a transfer.</summary>
    TransferTarget = 5,

    /// <summary>Was a leg of the call: the call rang there or continued from there.</summary>
    Leg = 6,
}
