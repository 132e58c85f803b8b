using CallIntel.Sdk.Tenancy;

namespace CallIntel.Sdk.EntityFrameworkCore;

/// <summary>A team of the org: a row of <c>callintel.teams</c>. Read-only.</summary>
public sealed class TeamEntity
{
    /// <summary>The team.</summary>
    public TeamId Id { get; init; }

    /// <summary>The name of the team, unique within the org.</summary>
    public string Name { get; init; } = "";

    /// <summary>When the team was created, in UTC.</summary>
    public DateTimeOffset CreatedAt { get; init; }
}
