using CallIntel.Sdk.Classification;
using CallIntel.Sdk.Tenancy;

namespace CallIntel.Sdk.Access;

/// <summary>A new invitation and the token that accepts it.</summary>
/// <param name="Id">The id of the invitation.</param>
/// <param name="Role">The role offered.</param>
/// <param name="ExpiresAt">The time until which the invitation can be accepted, in UTC.</param>
/// <param name="Token">
/// The secret token. Anyone who presents it becomes a member. It contains only letters, digits, <c>-</c> and <c>_</c>,
/// so it can be part of a link.
/// </param>
public sealed record IssuedInvitation(
    Guid Id,
    OrgRole Role,
    DateTimeOffset ExpiresAt,
    [property: ProtectedData] string Token
)
{
    /// <summary>Returns the role only; the token is not included.</summary>
    public override string ToString() => $"{nameof(IssuedInvitation)} {{ {Role} *** }}";
}
