namespace CallIntel.Sdk.Audit;

/// <summary>A format of exported entries: one line of text for each entry.</summary>
public enum AuditFormat
{
    /// <summary>A JSON object with the properties of <see cref="AuditEntry"/>.</summary>
    Json = 0,

    /// <summary>ArcSight Common Event Format, version 0.</summary>
    Cef = 1,

    /// <summary>
    /// Open Cybersecurity Schema Framework 1.3, as JSON: Entity Management (3004) for changes, and API Activity (6003)
    /// for accesses.
    /// </summary>
    Ocsf = 2,
}
