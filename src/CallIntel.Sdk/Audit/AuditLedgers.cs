namespace CallIntel.Sdk.Audit;

/// <summary>The ledgers of an org. Values can be combined.</summary>
[Flags]
public enum AuditLedgers
{
    /// <summary>No ledger.</summary>
    None = 0,

    /// <summary>The audit log: what members and jobs changed.</summary>
    Changes = 1,

    /// <summary>The access ledger: which protected values members read.</summary>
    Accesses = 2,

    /// <summary>Both ledgers.</summary>
    All = Changes | Accesses,
}
