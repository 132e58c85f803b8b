namespace CallIntel.Sdk.SubjectRequests;

/// <summary>How a row of a table leads to the contact that it is about.</summary>
public enum SubjectPath
{
    /// <summary>The rows are about no contact.</summary>
    None = 0,

    /// <summary>Columns of the row hold the id of the contact.</summary>
    Contact = 1,

    /// <summary>The row belongs to an event, and the event has a contact.</summary>
    Event = 2,

    /// <summary>The rows are about members of the org, not about contacts.</summary>
    Member = 3,

    /// <summary>
    /// The row can be about a contact, and nothing in it says about which one. Only its decrypted text can tell.
    /// </summary>
    Unlinked = 4,
}
