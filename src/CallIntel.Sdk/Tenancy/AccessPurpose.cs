namespace CallIntel.Sdk.Tenancy;

/// <summary>Why protected data is looked at; recorded with every audited access.</summary>
#pragma warning disable CA1028 // two bytes in the token
public enum AccessPurpose : short
#pragma warning restore CA1028
{
    /// <summary>No purpose named: what needs one is not shown.</summary>
    None = 0,

    /// <summary>Helping the contact or the member.</summary>
    Support = 1,

    /// <summary>Answering a request of the person concerned.</summary>
    SubjectRequest = 2,

    /// <summary>Investigating misuse or a breach.</summary>
    Security = 3,

    /// <summary>A duty by law or an order of a court.</summary>
    LegalObligation = 4,

    /// <summary>Checking the quality of service.</summary>
    Quality = 5,
}
