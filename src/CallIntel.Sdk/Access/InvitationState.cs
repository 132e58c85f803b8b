namespace CallIntel.Sdk.Access;

/// <summary>What became of an invitation.</summary>
public enum InvitationState
{
    /// <summary>It can be accepted.</summary>
    Open = 0,

    /// <summary>Somebody accepted it.</summary>
    Accepted = 1,

    /// <summary>It was taken back, or its inviter lost the right to it.</summary>
    Revoked = 2,

    /// <summary>Its time is over.</summary>
    Expired = 3,
}
