using CallIntel.Sdk.Tenancy;

namespace CallIntel.Sdk.Audit;

/// <summary>The result of verifying the ledgers of an org.</summary>
public sealed record AuditVerification
{
    /// <summary>The org.</summary>
    public required OrgId Org { get; init; }

    /// <summary>The number of sealed entries that were compared.</summary>
    public required long Entries { get; init; }

    /// <summary>The number of entries that are not sealed yet.</summary>
    public required long Pending { get; init; }

    /// <summary>The number of checkpoints whose signature was verified.</summary>
    public required int Checkpoints { get; init; }

    /// <summary>The time of the newest checkpoint in the database, in UTC; null without one.</summary>
    public DateTimeOffset? SealedAt { get; init; }

    /// <summary>Whether a checkpoint sink was asked. Without one, a rollback of the database cannot be found.</summary>
    public required bool IsComparedWithSink { get; init; }

    /// <summary>The months whose entries were removed by retention.</summary>
    public required IReadOnlyList<DateOnly> RetiredMonths { get; init; }

    /// <summary>What is wrong, ordered by month and position. Empty if nothing is.</summary>
    public required IReadOnlyList<AuditFinding> Findings { get; init; }

    /// <summary>Whether nothing is wrong.</summary>
    public bool IsIntact => Findings.Count == 0;
}
