namespace CallIntel.Sdk.Diagnostics;

// erasures, holds, suppression, and the register of data subject requests
public static partial class ErrorCodes
{
    /// <summary>Erasures need a copy of their ledger outside of the database, and no sink is configured.</summary>
    public const string ErasureSinkMissing = "CI0370";

    /// <summary>The reason or the note of a legal hold is not valid.</summary>
    public const string InvalidLegalHold = "CI0371";

    /// <summary>The org has no legal hold with this id.</summary>
    public const string LegalHoldNotFound = "CI0372";

    /// <summary>The org has no erasure for this request.</summary>
    public const string ErasureNotFound = "CI0373";

    /// <summary>A step of an erasure was called out of order.</summary>
    public const string ErasureStepNotDue = "CI0374";

    /// <summary>The copy of the ledger of erasures was changed, or an entry does not continue it.</summary>
    public const string ErasureLedgerBroken = "CI0375";

    /// <summary>Data of a contact remains that should have been erased.</summary>
    public const string ErasureIncomplete = "CI0376";

    /// <summary>The action for suppressed numbers is unknown.</summary>
    public const string InvalidSuppressionAction = "CI0377";

    /// <summary>The numbers of a batch have to be compared with the list of suppressed numbers.</summary>
    public const string SuppressionDigestsNeeded = "CI0378";

    /// <summary>The database lacks erasures that this process knows of, because an older backup was restored.</summary>
    public const string ErasuresMissing = "CI0379";

    /// <summary>A text is not a certificate of erasure.</summary>
    public const string InvalidErasureCertificate = "CI0380";

    /// <summary>The retention of an org is out of range.</summary>
    public const string InvalidRetention = "CI0381";

    /// <summary>A text cannot be suppressed, because it is blank or stands for a withheld number.</summary>
    public const string InvalidSuppressedNumber = "CI0382";

    /// <summary>The org has no data subject request with this id.</summary>
    public const string SubjectRequestNotFound = "CI0400";

    /// <summary>A data subject request, or a step with it, has a value that is not valid.</summary>
    public const string InvalidSubjectRequest = "CI0401";

    /// <summary>The state of a data subject request does not allow the step.</summary>
    public const string SubjectRequestStateRefused = "CI0402";

    /// <summary>An export archive was changed or is incomplete, or the key belongs to another one.</summary>
    public const string ArchiveUnreadable = "CI0403";

    /// <summary>An export archive has expired.</summary>
    public const string ArchiveExpired = "CI0404";

    /// <summary>A text is not the key of an export archive.</summary>
    public const string InvalidArchiveKey = "CI0405";

    /// <summary>A number of a contact cannot be replaced, because a text is not a number.</summary>
    public const string InvalidContactNumber = "CI0406";

    /// <summary>A contact does not have the number to replace.</summary>
    public const string ContactNumberNotFound = "CI0407";

    /// <summary>The new number of a contact belongs to another contact.</summary>
    public const string ContactNumberTaken = "CI0408";

    /// <summary>The new number of a contact is suppressed.</summary>
    public const string ContactNumberSuppressed = "CI0409";

    /// <summary>A contact is under a legal hold, so its data cannot be removed.</summary>
    public const string ContactUnderHold = "CI0410";
}
