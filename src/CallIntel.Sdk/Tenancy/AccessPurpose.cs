namespace CallIntel.Sdk.Tenancy;

/// <summary>The reason for an access to protected data. It is recorded with every audited access.</summary>
#pragma warning disable CA1028 // two bytes in the token
public enum AccessPurpose : short
#pragma warning restore CA1028
{
    /// <summary>No purpose is given. Data that requires a purpose is not returned.</summary>
    None = 0,

    /// <summary>Supporting the contact or the member.</summary>
    Support = 1,

    /// <summary>Answering a request of the data subject.</summary>
    SubjectRequest = 2,

    /// <summary>Investigating misuse or a breach.</summary>
    Security = 3,

    /// <summary>Complying with a legal obligation or a court order.</summary>
    LegalObligation = 4,

    /// <summary>Checking the quality of service.</summary>
    Quality = 5,

    /// <summary>Preparing content for search in the background. No person reads it.</summary>
    Indexing = 6,
}
