namespace CallIntel.Sdk.SubjectRequests;

/// <summary>How certain the identity of the person is.</summary>
public enum IdentityVerification
{
    /// <summary>The identity is not verified.</summary>
    None = 0,

    /// <summary>A reasonable degree of certainty, for example two matching data points.</summary>
    Reasonable = 1,

    /// <summary>
    /// A reasonably high degree of certainty, for example three matching data points and a signed declaration.
    /// </summary>
    High = 2,

    /// <summary>
    /// The person made the request through an account of your application that is protected by a sign-in.
    /// </summary>
    Account = 3,
}
