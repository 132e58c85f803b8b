namespace CallIntel.Sdk.SubjectRequests;

/// <summary>What an entry of the history of a request records.</summary>
public enum SubjectRequestAction
{
    /// <summary>The request was entered in the register.</summary>
    Opened = 1,

    /// <summary>The identity was verified; the note contains the evidence.</summary>
    IdentityVerified = 2,

    /// <summary>The identity could not be verified.</summary>
    IdentityNotVerified = 3,

    /// <summary>A member was assigned, or the assignment was removed.</summary>
    Assigned = 4,

    /// <summary>The period was extended.</summary>
    Extended = 5,

    /// <summary>The request was denied.</summary>
    Denied = 6,

    /// <summary>The person withdrew the request.</summary>
    Cancelled = 7,

    /// <summary>Another request answers this one too.</summary>
    MarkedDuplicate = 8,

    /// <summary>An archive of the person's data was written.</summary>
    Exported = 9,

    /// <summary>A privacy rule was set.</summary>
    RuleSet = 10,

    /// <summary>A privacy rule that the request had set was lifted.</summary>
    RuleLifted = 11,

    /// <summary>The data of the person was corrected.</summary>
    Rectified = 12,

    /// <summary>A legal hold stopped the execution.</summary>
    HoldApplied = 13,

    /// <summary>A legal hold was released.</summary>
    HoldReleased = 14,

    /// <summary>The erasure started.</summary>
    ErasureStarted = 15,

    /// <summary>The request was answered in full.</summary>
    Completed = 16,

    /// <summary>The request was answered in part.</summary>
    CompletedInPart = 17,

    /// <summary>The receipt of the request was confirmed to the person.</summary>
    Acknowledged = 18,

    /// <summary>Contacts of the person were found.</summary>
    ContactsFound = 19,

    /// <summary>The erasure failed and can be repeated.</summary>
    ErasureFailed = 20,
}
