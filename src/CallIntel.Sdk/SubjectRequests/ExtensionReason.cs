namespace CallIntel.Sdk.SubjectRequests;

/// <summary>Why the period of a request is extended.</summary>
public enum ExtensionReason
{
    /// <summary>The request is complex.</summary>
    Complexity = 1,

    /// <summary>There are many requests.</summary>
    NumberOfRequests = 2,

    /// <summary>Another reason, which the note states.</summary>
    Other = 3,
}
