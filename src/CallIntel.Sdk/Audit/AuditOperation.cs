namespace CallIntel.Sdk.Audit;

/// <summary>What kind of statement an entry of the audit log describes.</summary>
public enum AuditOperation
{
    /// <summary>
    /// An action that a function of the SQL package recorded; <see cref="AuditEntry.Action"/> names it, for example
    /// <c>merge</c>.
    /// </summary>
    Action = 0,

    /// <summary>A statement inserted rows into a table.</summary>
    Insert = 1,

    /// <summary>A statement updated rows of a table.</summary>
    Update = 2,

    /// <summary>A statement deleted rows of a table.</summary>
    Delete = 3,

    /// <summary>A statement removed all rows of a table, those of other orgs too.</summary>
    Truncate = 4,
}
