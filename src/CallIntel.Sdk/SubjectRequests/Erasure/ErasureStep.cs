namespace CallIntel.Sdk.SubjectRequests;

/// <summary>The steps of an erasure, in their order. Each is a transaction that can be repeated.</summary>
public enum ErasureStep
{
    /// <summary>Writes the erasure to the ledger.</summary>
    Ledger = 1,

    /// <summary>Copies the ledger out of the database.</summary>
    LedgerCopy = 2,

    /// <summary>Puts the numbers on the list of suppressed ones, and keeps new records of the contacts out.</summary>
    Suppression = 3,

    /// <summary>Removes texts of rejected records that contain one of the numbers.</summary>
    RejectedRecords = 4,

    /// <summary>Deletes the events, with everything that belongs to them.</summary>
    Events = 5,

    /// <summary>Deletes the contacts, and removes them from events of others.</summary>
    Contacts = 6,

    /// <summary>Destroys the keys.</summary>
    Keys = 7,

    /// <summary>Looks for rows that are left, in every table that the data map lists.</summary>
    Verification = 8,

    /// <summary>Signs and stores the certificate.</summary>
    Certificate = 9,

    /// <summary>Nothing is left to do, except for contacts under a legal hold.</summary>
    Done = 10,
}
