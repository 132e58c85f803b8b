namespace CallIntel.Sdk.Tenancy;

/// <summary>The role of a member in an org. A role with a higher value outranks a role with a lower value.</summary>
public enum OrgRole
{
    /// <summary>
    /// For services such as webhooks and importers, not for people. Stores events of every member and reads none.
    /// </summary>
    Ingester = 5,

    /// <summary>Reads metadata and dashboards. Cannot read content; contacts are masked.</summary>
    Viewer = 10,

    /// <summary>Reads and writes their own events and contacts.</summary>
    Member = 20,

    /// <summary>Reads all metadata and content that privacy rules allow. Cannot write.</summary>
    Analyst = 30,

    /// <summary>Has all permissions except transferring ownership and managing root keys.</summary>
    Admin = 40,

    /// <summary>Has all permissions.</summary>
    Owner = 50,
}
