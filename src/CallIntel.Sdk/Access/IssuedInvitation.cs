using CallIntel.Sdk.Classification;
using CallIntel.Sdk.Tenancy;

namespace CallIntel.Sdk.Access;

/// <summary>An invitation that was just made, with the token that accepts it.</summary>
/// <param name="Id">The id of the invitation.</param>
/// <param name="Role">The role offered.</param>
/// <param name="ExpiresAt">Until when it can be accepted, in UTC.</param>
/// <param name="Token">
/// Secret: whoever brings it becomes a member. Letters, digits, <c>-</c> and <c>_</c>, so it fits into a link.
/// </param>
public sealed record IssuedInvitation(
    Guid Id,
    OrgRole Role,
    DateTimeOffset ExpiresAt,
    [property: ProtectedData] string Token
)
{
    /// <summary>Tells the role and not the token.</summary>
    public override string ToString() => $"{nameof(IssuedInvitation)} {{ {Role} *** }}";
}
