namespace CallIntel.Sdk.Audit;

/// <summary>What a verification found wrong.</summary>
public enum AuditFindingKind
{
    /// <summary>
    /// An entry was changed after it was sealed. If the contents of two entries were exchanged, both are edited.
    /// </summary>
    Edited = 1,

    /// <summary>A sealed entry was removed.</summary>
    Deleted = 2,

    /// <summary>An entry was added to a range that was sealed before.</summary>
    Inserted = 3,

    /// <summary>A leaf is at another position than the one at which it was sealed.</summary>
    Reordered = 4,

    /// <summary>The last leaves of a tree were removed.</summary>
    Truncated = 5,

    /// <summary>The database is in an older state than the one that the checkpoint sink knows.</summary>
    RolledBack = 6,

    /// <summary>
    /// Leaves were rewritten, and nothing outside of the database shows which ones. The finding names their range.
    /// </summary>
    Rewritten = 7,

    /// <summary>A checkpoint is not signed by a key of the ring, or differs from its row.</summary>
    CheckpointForged = 8,
}
