namespace CallIntel.Sdk.Tenancy;

/// <summary>What a role may do: the bits of <c>callintel_private.role_permissions</c>.</summary>
[Flags]
#pragma warning disable CA1028 // 64 bits in token and table
public enum Permission : long
#pragma warning restore CA1028
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>
    /// Facts of events: who, when, how long. Own events only, unless <see cref="ReadAllEvents"/> is held.
    /// </summary>
    ReadEvents = 1,

    /// <summary>Events of every member.</summary>
    ReadAllEvents = 2,

    /// <summary>What was said or written.</summary>
    ReadContent = 4,

    /// <summary>Numbers and names of contacts, unmasked.</summary>
    ReadContacts = 8,

    /// <summary>Dashboards and the health of sources.</summary>
    ReadDashboards = 16,

    /// <summary>Storing events.</summary>
    Ingest = 32,

    /// <summary>Adding and changing contacts.</summary>
    WriteContacts = 64,

    /// <summary>Giving and taking roles up to one's own.</summary>
    ManageMembers = 128,

    /// <summary>Setting privacy rules.</summary>
    ManagePrivacy = 256,

    /// <summary>Managing sources and seeing refused records.</summary>
    ManageSources = 512,

    /// <summary>Reading the audit log.</summary>
    ReadAudit = 1024,

    /// <summary>Restricted contacts without being listed.</summary>
    SeeRestricted = 2048,

    /// <summary>Hidden contacts, when the session names a purpose.</summary>
    SeeHidden = 4096,

    /// <summary>Root keys.</summary>
    ManageKeys = 8192,

    /// <summary>Handing the org to another owner.</summary>
    TransferOwnership = 16384,

    /// <summary>Storing events of every member, not only one's own. Needs <see cref="Ingest"/> too.</summary>
    IngestForAll = 32768,

    /// <summary>Every permission there is.</summary>
    All = 65535,
}
