namespace CallIntel.Sdk.SubjectRequests;

/// <summary>How far a request has come.</summary>
public enum SubjectRequestState
{
    /// <summary>The request is in the register, and the identity was not checked.</summary>
    Received = 1,

    /// <summary>The identity could not be verified yet. The person was asked for more, or has to be.</summary>
    IdentityUnverified = 2,

    /// <summary>The identity is verified. The request can be executed.</summary>
    Verified = 3,

    /// <summary>A legal hold or an open question stops the execution. The deadline does not change.</summary>
    OnHold = 4,

    /// <summary>The request is being executed.</summary>
    Executing = 5,

    /// <summary>The request was answered in full. Final.</summary>
    Completed = 6,

    /// <summary>The request was answered in part, and the rest is open.</summary>
    Partial = 7,

    /// <summary>The request was denied, with a legal basis. Final.</summary>
    Denied = 8,

    /// <summary>The person withdrew the request. Final.</summary>
    Cancelled = 9,

    /// <summary>Another request answers this one too. Final.</summary>
    Duplicate = 10,
}
