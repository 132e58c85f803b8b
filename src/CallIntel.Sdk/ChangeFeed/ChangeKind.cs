namespace CallIntel.Sdk.ChangeFeed;

/// <summary>What an entry of the change feed reports.</summary>
public enum ChangeKind
{
    /// <summary>
    /// Entries may be missing, so everything has to be read again. Follows a restore, a failover, an absence longer
    /// than the retention, and a reader that is too slow.
    /// </summary>
    Resync = 0,

    /// <summary>Events were stored.</summary>
    Inserted = 1,

    /// <summary>Stored events were changed.</summary>
    Updated = 2,

    /// <summary>Events were deleted, or no longer belong to what the member may see.</summary>
    Deleted = 3,

    /// <summary>
    /// A privacy rule or the role of a member changed, so the member may see more or fewer events than before. The
    /// entry does not name the rule or role.
    /// </summary>
    VisibilityChanged = 4,

    /// <summary>The keys of a contact were destroyed, so the content of its events became unreadable.</summary>
    KeysCryptoShredded = 5,
}
