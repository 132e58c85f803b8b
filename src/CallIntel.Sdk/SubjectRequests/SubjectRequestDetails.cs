using CallIntel.Sdk.Classification;

namespace CallIntel.Sdk.SubjectRequests;

/// <summary>A request with the identities that it was made under and its history.</summary>
/// <param name="Request">The request.</param>
/// <param name="Identities">The identities as they were given.</param>
/// <param name="History">What was done about the request, the oldest entry first.</param>
public sealed record SubjectRequestDetails(
    SubjectRequest Request,
    [property: ProtectedData] IReadOnlyList<SubjectIdentity> Identities,
    [property: ProtectedData] IReadOnlyList<SubjectRequestEntry> History
);
