namespace CallIntel.Sdk.Privacy;

/// <summary>Determines which members may see a contact and its content.</summary>
#pragma warning disable CA1028 // two bytes in the table
public enum PrivacyLevel : short
#pragma warning restore CA1028
{
    /// <summary>The role of the member determines what the member may see.</summary>
    Normal = 0,

    /// <summary>The role determines which metadata the member may see. No member may see content.</summary>
    MetadataOnly = 1,

    /// <summary>Only listed members, admins and owners see the contact. For others it appears not to exist.</summary>
    Restricted = 2,

    /// <summary>
    /// Only admins and owners in a session with a purpose see the contact. For others it appears not to exist.
    /// </summary>
    Hidden = 3,
}
