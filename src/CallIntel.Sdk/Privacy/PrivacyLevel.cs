namespace CallIntel.Sdk.Privacy;

/// <summary>Who may see that a contact exists, and what was said with them.</summary>
#pragma warning disable CA1028 // two bytes in the table
public enum PrivacyLevel : short
#pragma warning restore CA1028
{
    /// <summary>As the role says.</summary>
    Normal = 0,

    /// <summary>Facts as the role says; content for nobody.</summary>
    MetadataOnly = 1,

    /// <summary>Listed members, owner and admin; for others the contact does not exist.</summary>
    Restricted = 2,

    /// <summary>Owner and admin in a session with a purpose; for others the contact does not exist.</summary>
    Hidden = 3,
}
