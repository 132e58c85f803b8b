namespace CallIntel.Sdk.Tenancy;

/// <summary>The permissions of a role: the bits of <c>callintel_private.role_permissions</c>.</summary>
[Flags]
#pragma warning disable CA1028 // 64 bits in token and table
public enum Permission : long
#pragma warning restore CA1028
{
    /// <summary>No permission.</summary>
    None = 0,

    /// <summary>
    /// Reading the metadata of events: participants, time, duration. Only the member's own events, unless the role also
    /// has <see cref="ReadAllEvents"/>.
    /// </summary>
    ReadEvents = 1,

    /// <summary>Reading events of all members.</summary>
    ReadAllEvents = 2,

    /// <summary>Reading the content of calls and messages, and the numbers of the org's own lines.</summary>
    ReadContent = 4,

    /// <summary>Reading unmasked numbers and names of contacts, and names of members.</summary>
    ReadContacts = 8,

    /// <summary>Reading dashboards and the health of sources.</summary>
    ReadDashboards = 16,

    /// <summary>Storing events.</summary>
    Ingest = 32,

    /// <summary>Adding and changing contacts.</summary>
    WriteContacts = 64,

    /// <summary>
    /// Granting and revoking roles up to the member's own role; managing lines, teams, business hours and the names of
    /// members.
    /// </summary>
    ManageMembers = 128,

    /// <summary>Setting privacy rules, and answering data subject requests.</summary>
    ManagePrivacy = 256,

    /// <summary>Managing sources and reading rejected records.</summary>
    ManageSources = 512,

    /// <summary>Reading the audit log.</summary>
    ReadAudit = 1024,

    /// <summary>Reading restricted contacts without being listed in their privacy rules.</summary>
    SeeRestricted = 2048,

    /// <summary>Reading hidden contacts if the session has a purpose.</summary>
    SeeHidden = 4096,

    /// <summary>Managing root keys.</summary>
    ManageKeys = 8192,

    /// <summary>Transferring ownership of the org to another member.</summary>
    TransferOwnership = 16384,

    /// <summary>
    /// Storing events of all members instead of only the member's own. Requires <see cref="Ingest"/> as well.
    /// </summary>
    IngestForAll = 32768,

    /// <summary>All permissions.</summary>
    All = 65535,
}
