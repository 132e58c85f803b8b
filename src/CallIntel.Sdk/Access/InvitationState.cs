namespace CallIntel.Sdk.Access;

/// <summary>The state of an invitation.</summary>
public enum InvitationState
{
    /// <summary>The invitation can be accepted.</summary>
    Open = 0,

    /// <summary>The invitation has been accepted.</summary>
    Accepted = 1,

    /// <summary>The invitation was revoked, or the inviter lost the right to invite.</summary>
    Revoked = 2,

    /// <summary>The invitation has expired.</summary>
    Expired = 3,
}
