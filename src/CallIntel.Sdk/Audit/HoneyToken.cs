using CallIntel.Sdk.Classification;
using CallIntel.Sdk.Tenancy;

namespace CallIntel.Sdk.Audit;

/// <summary>A contact that nobody has a reason to open.</summary>
/// <param name="Contact">The contact.</param>
/// <param name="MarkedBy">The member who marked the contact.</param>
/// <param name="MarkedAt">When the contact was marked.</param>
public sealed record HoneyToken(
    [property: PseudonymousData] ContactId Contact,
    [property: PseudonymousData] MemberId MarkedBy,
    DateTimeOffset MarkedAt
);
