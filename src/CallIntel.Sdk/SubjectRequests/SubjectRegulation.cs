namespace CallIntel.Sdk.SubjectRequests;

/// <summary>The law under which a person makes a request.</summary>
public enum SubjectRegulation
{
    /// <summary>The General Data Protection Regulation of the European Union.</summary>
    Gdpr = 1,

    /// <summary>The UK GDPR.</summary>
    UkGdpr = 2,

    /// <summary>The California Consumer Privacy Act, as amended by the CPRA.</summary>
    Ccpa = 3,

    /// <summary>Another law. The deadlines are those of the GDPR unless the request states one.</summary>
    Other = 4,
}
