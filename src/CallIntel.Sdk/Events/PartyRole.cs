namespace CallIntel.Sdk.Events;

/// <summary>What a party was in an event.</summary>
public enum PartyRole
{
    /// <summary>Sent the message, or placed the call.</summary>
    From = 1,

    /// <summary>Was addressed.</summary>
    To = 2,

    /// <summary>Got a copy of the message.</summary>
    Cc = 3,

    /// <summary>Got a copy the others do not know of.</summary>
    Bcc = 4,

    /// <summary>The call was passed on to this party.</summary>
    TransferTarget = 5,

    /// <summary>The call rang there, or went on from there.</summary>
    Leg = 6,
}
