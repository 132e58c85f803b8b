namespace CallIntel.Sdk.SubjectRequests;

/// <summary>What a person requests.</summary>
public enum SubjectRequestType
{
    /// <summary>
    /// A copy of the person's data and the facts about its processing: GDPR article 15, right to know (CCPA).
    /// </summary>
    Access = 1,

    /// <summary>The data in a machine-readable format: GDPR article 20.</summary>
    Portability = 2,

    /// <summary>The correction of inaccurate data: GDPR article 16, right to correct (CCPA).</summary>
    Rectification = 3,

    /// <summary>That the data is stored and not otherwise processed: GDPR article 18.</summary>
    Restriction = 4,

    /// <summary>The erasure of the data: GDPR article 17, right to delete (CCPA).</summary>
    Erasure = 5,

    /// <summary>That processing for a purpose stops: GDPR article 21.</summary>
    Objection = 6,

    /// <summary>That the data is not sold, shared or used for further purposes (CCPA). Needs no verification.</summary>
    OptOut = 7,
}
