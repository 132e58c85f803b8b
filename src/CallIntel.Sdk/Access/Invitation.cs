using CallIntel.Sdk.Classification;
using CallIntel.Sdk.Tenancy;

namespace CallIntel.Sdk.Access;

/// <summary>An invitation to join an org with a role.</summary>
/// <param name="Id">The id of the invitation.</param>
/// <param name="Role">The role offered.</param>
/// <param name="InvitedBy">The member who created the invitation.</param>
/// <param name="InvitedAt">The time of creation, in UTC.</param>
/// <param name="ExpiresAt">The time until which the invitation can be accepted, in UTC.</param>
/// <param name="AcceptedBy">The member who accepted it; null if it has not been accepted.</param>
/// <param name="State">Whether the invitation can still be accepted.</param>
public sealed record Invitation(
    Guid Id,
    OrgRole Role,
    [property: PseudonymousData] MemberId InvitedBy,
    DateTimeOffset InvitedAt,
    DateTimeOffset ExpiresAt,
    [property: PseudonymousData] MemberId? AcceptedBy,
    InvitationState State
);
