namespace CallIntel.Sdk.SubjectRequests;

/// <summary>Why data of a contact may not be deleted for now.</summary>
public enum LegalHoldReason
{
    /// <summary>A lawsuit is pending or expected.</summary>
    Litigation = 1,

    /// <summary>An internal or official investigation.</summary>
    Investigation = 2,

    /// <summary>A law requires that the data is kept.</summary>
    RegulatoryDuty = 3,

    /// <summary>Another reason, which the note states.</summary>
    Other = 4,
}
