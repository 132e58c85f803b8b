namespace CallIntel.Sdk.Audit;

/// <summary>What the audit log records about the rows that a statement changed.</summary>
public enum AuditMode
{
    /// <summary>The number of rows. This is the default.</summary>
    Summary = 0,

    /// <summary>The number of rows and the primary keys of the first 100.</summary>
    Keys = 1,

    /// <summary>
    /// The rows before and after the statement. Protected fields are stored as envelopes, so destroying a person's key
    /// makes them unreadable here too. Events are never stored.
    /// </summary>
    Images = 2,
}
