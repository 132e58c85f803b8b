namespace CallIntel.Sdk.SubjectRequests;

/// <summary>What the erasure of a contact does with the rows of a table.</summary>
public enum ErasureAction
{
    /// <summary>Nothing, because the rows are about no contact.</summary>
    None = 0,

    /// <summary>Deletes the rows of the contact.</summary>
    Delete = 1,

    /// <summary>Deletes the rows in the same transaction as the event that they belong to.</summary>
    DeleteWithEvent = 2,

    /// <summary>Removes the reference to the contact and keeps the row, which belongs to somebody else.</summary>
    Anonymize = 3,

    /// <summary>
    /// Destroys the keys and keeps their ids, so that erased data can be distinguished from damaged data.
    /// </summary>
    CryptoShred = 4,

    /// <summary>Marks the figures, which are then computed again without the contact.</summary>
    Recompute = 5,

    /// <summary>Keeps the rows for the reason that the data map states.</summary>
    Keep = 6,

    /// <summary>Removes the text of rows that contain a number of the contact.</summary>
    Redact = 7,
}
