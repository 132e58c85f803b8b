namespace CallIntel.Sdk.Audit;

/// <summary>One thing that a verification found wrong.</summary>
/// <param name="Kind">What was done.</param>
/// <param name="Month">The first day of the month of the tree.</param>
/// <param name="Ledger">The ledger of the entry; none if the finding names no entry.</param>
/// <param name="EntryId">The id of the entry; null if the finding is about a checkpoint or a range of leaves.</param>
/// <param name="Position">The position of the leaf, or the size of the checkpoint; null if there is none.</param>
/// <param name="Description">The finding in words.</param>
public sealed record AuditFinding(
    AuditFindingKind Kind,
    DateOnly Month,
    AuditLedgers Ledger,
    Guid? EntryId,
    long? Position,
    string Description
);
