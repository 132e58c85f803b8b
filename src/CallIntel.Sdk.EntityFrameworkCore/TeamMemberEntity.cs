using CallIntel.Sdk.Classification;
using CallIntel.Sdk.Tenancy;

namespace CallIntel.Sdk.EntityFrameworkCore;

/// <summary>A member of a team: a row of <c>callintel.team_members</c>. Read-only.</summary>
public sealed class TeamMemberEntity
{
    /// <summary>The team.</summary>
    public TeamId TeamId { get; init; }

    /// <summary>The member.</summary>
    [PseudonymousData]
    public MemberId MemberId { get; init; }

    /// <summary>When the member was added to the team, in UTC.</summary>
    public DateTimeOffset AddedAt { get; init; }
}
