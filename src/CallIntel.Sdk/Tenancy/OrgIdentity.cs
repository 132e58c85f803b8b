using CallIntel.Sdk.Classification;

namespace CallIntel.Sdk.Tenancy;

/// <summary>The identity a session acts as: a member of an org and the purpose of the access.</summary>
/// <param name="Org">The org whose rows the session can read and write.</param>
/// <param name="Member">The member whose role determines the permissions of the session.</param>
/// <param name="Purpose">
/// The purpose of the access. Required to see hidden contacts. Default: <see cref="AccessPurpose.None"/>.
/// </param>
/// <remarks>
/// The application must have authenticated the member. The database checks the member's role in every transaction.
/// </remarks>
public readonly record struct OrgIdentity(
    OrgId Org,
    [property: PseudonymousData] MemberId Member,
    AccessPurpose Purpose = AccessPurpose.None
)
{
    /// <summary>The request of the application that the session serves. The access ledger records it.</summary>
    /// <value>
    /// The default value is <see langword="null"/>: the trace id of the current
    /// <see cref="System.Diagnostics.Activity"/>, or a random id for each read without one.
    /// </value>
    public Guid? RequestId { get; init; }
}
