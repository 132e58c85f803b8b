namespace CallIntel.Sdk.SubjectRequests;

/// <summary>The legal basis for denying a request.</summary>
public enum DenialBasis
{
    /// <summary>The identity of the person could not be verified.</summary>
    IdentityNotVerified = 1,

    /// <summary>The request is manifestly unfounded: GDPR article 12(5).</summary>
    ManifestlyUnfounded = 2,

    /// <summary>The request is excessive, in particular because it is repeated: GDPR article 12(5).</summary>
    Excessive = 3,

    /// <summary>A legal obligation requires the processing: GDPR article 17(3)(b).</summary>
    LegalObligation = 4,

    /// <summary>The data is needed to establish, exercise or defend legal claims: GDPR article 17(3)(e).</summary>
    LegalClaims = 5,

    /// <summary>Freedom of expression and information: GDPR article 17(3)(a).</summary>
    FreedomOfExpression = 6,

    /// <summary>
    /// Public health, archiving, research or statistics in the public interest: GDPR article 17(3)(c), (d).
    /// </summary>
    PublicInterest = 7,

    /// <summary>The rights and freedoms of others: GDPR articles 15(4) and 20(4).</summary>
    RightsOfOthers = 8,

    /// <summary>The org has no data about the person.</summary>
    NotASubject = 9,

    /// <summary>Another exemption of the law, for example Cal. Civ. Code 1798.105(d) or 1798.145.</summary>
    Exemption = 10,

    /// <summary>Compelling legitimate grounds override an objection: GDPR article 21(1).</summary>
    CompellingGrounds = 11,
}
