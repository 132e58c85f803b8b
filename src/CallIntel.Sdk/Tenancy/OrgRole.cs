namespace CallIntel.Sdk.Tenancy;

/// <summary>The role of a member in an org. A higher value outranks a lower one.</summary>
public enum OrgRole
{
    /// <summary>
    /// A service, not a person: stores events of every member and reads none. For webhooks and importers, which would
    /// otherwise need an admin's role.
    /// </summary>
    Ingester = 5,

    /// <summary>Facts and dashboards; no content, contacts masked.</summary>
    Viewer = 10,

    /// <summary>Own events and contacts, read and write.</summary>
    Member = 20,

    /// <summary>All facts and content that privacy rules allow; no writes.</summary>
    Analyst = 30,

    /// <summary>Everything but ownership and root keys.</summary>
    Admin = 40,

    /// <summary>Everything.</summary>
    Owner = 50,
}
