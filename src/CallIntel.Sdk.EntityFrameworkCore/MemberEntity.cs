using CallIntel.Sdk.Classification;
using CallIntel.Sdk.Tenancy;

namespace CallIntel.Sdk.EntityFrameworkCore;

/// <summary>A member of the org: a row of <c>callintel.org_roles</c>. Read-only.</summary>
public sealed class MemberEntity
{
    /// <summary>The member.</summary>
    [PseudonymousData]
    public MemberId Id { get; init; }

    /// <summary>The role of the member.</summary>
    public OrgRole Role { get; init; }

    /// <summary>The member who granted the role.</summary>
    [PseudonymousData]
    public MemberId GrantedBy { get; init; }

    /// <summary>When the role was granted, in UTC.</summary>
    public DateTimeOffset GrantedAt { get; init; }
}
