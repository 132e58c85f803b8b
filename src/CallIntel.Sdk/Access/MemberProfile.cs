using CallIntel.Sdk.Classification;
using CallIntel.Sdk.Tenancy;

namespace CallIntel.Sdk.Access;

/// <summary>The role and the display name of a member.</summary>
/// <param name="Role">
/// The role; null if the member left the org, or if the caller may not see the roles of other members.
/// </param>
/// <param name="Name">The name; null if the member has none or the caller may not see it.</param>
public sealed record MemberProfile(OrgRole? Role, [property: ProtectedData] MemberName? Name);
