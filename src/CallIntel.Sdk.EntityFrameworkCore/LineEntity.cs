using CallIntel.Sdk.Classification;
using CallIntel.Sdk.Tenancy;

namespace CallIntel.Sdk.EntityFrameworkCore;

/// <summary>A telephone line of the org: a row of <c>callintel.lines</c>. Read-only.</summary>
public sealed class LineEntity
{
    /// <summary>The line.</summary>
    [PseudonymousData]
    public LineId Id { get; init; }

    /// <summary>The member whose line it is. Null: the line is shared.</summary>
    [PseudonymousData]
    public MemberId? MemberId { get; init; }

    /// <summary>When the line was first stored, in UTC.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>Since when the line is not in use, in UTC. Null: it is in use.</summary>
    public DateTimeOffset? RetiredAt { get; init; }
}
