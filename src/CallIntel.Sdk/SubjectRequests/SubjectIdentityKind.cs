namespace CallIntel.Sdk.SubjectRequests;

/// <summary>What an identity is.</summary>
public enum SubjectIdentityKind
{
    /// <summary>A telephone number, short code or alphanumeric sender in any common notation.</summary>
    Number = 1,

    /// <summary>An id of a source, exactly as the source writes it.</summary>
    OpaqueId = 2,

    /// <summary>A name. Names are encrypted without an index, so a name finds no contact.</summary>
    Name = 3,

    /// <summary>An email address. It finds a contact only if a source uses it as an id.</summary>
    Email = 4,

    /// <summary>Anything else, for example an address or a customer number. It finds no contact.</summary>
    Other = 5,
}
