using CallIntel.Sdk.Classification;

namespace CallIntel.Sdk.Tenancy;

/// <summary>Who a session acts as: a member of an org, and what for.</summary>
/// <param name="Org">The org whose rows the session reaches.</param>
/// <param name="Member">The member whose role decides what it may do there.</param>
/// <param name="Purpose">
/// Why, where the law wants a reason; hidden contacts are seen only with one. Default <see cref="AccessPurpose.None"/>.
/// </param>
/// <remarks>
/// The host application vouches for this: it has authenticated the user. The database checks the role of the member in
/// every transaction.
/// </remarks>
public readonly record struct OrgIdentity(
    OrgId Org,
    [property: PseudonymousData] MemberId Member,
    AccessPurpose Purpose = AccessPurpose.None
);
