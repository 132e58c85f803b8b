using CallIntel.Sdk.Classification;
using CallIntel.Sdk.Tenancy;

namespace CallIntel.Sdk.Access;

/// <summary>A role that was offered.</summary>
/// <param name="Id">The id of the invitation.</param>
/// <param name="Role">The role offered.</param>
/// <param name="InvitedBy">Who offered it.</param>
/// <param name="InvitedAt">When, in UTC.</param>
/// <param name="ExpiresAt">Until when it can be accepted, in UTC.</param>
/// <param name="AcceptedBy">Who accepted it; null if nobody has.</param>
/// <param name="State">Whether it can still be accepted, and why not.</param>
public sealed record Invitation(
    Guid Id,
    OrgRole Role,
    [property: PseudonymousData] MemberId InvitedBy,
    DateTimeOffset InvitedAt,
    DateTimeOffset ExpiresAt,
    [property: PseudonymousData] MemberId? AcceptedBy,
    InvitationState State
);
