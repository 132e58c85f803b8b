using CallIntel.Sdk.Classification;
using CallIntel.Sdk.Privacy;
using CallIntel.Sdk.Tenancy;

namespace CallIntel.Sdk.SubjectRequests;

/// <summary>A privacy rule that a request set.</summary>
/// <param name="Id">The id of the entry.</param>
/// <param name="Contact">The contact.</param>
/// <param name="Level">The level of the rule.</param>
/// <param name="NoSearch">Whether the contact's content is excluded from searches.</param>
/// <param name="NoEmbedding">Whether the contact's content is excluded from embeddings.</param>
/// <param name="SetAt">When the rule was set, in UTC.</param>
/// <param name="SetBy">The member who set the rule.</param>
/// <param name="LiftedAt">When the rule was lifted, in UTC; null while it holds.</param>
/// <param name="LiftedBy">The member who lifted the rule; null while it holds.</param>
public sealed record SubjectRule(
    Guid Id,
    [property: PseudonymousData] ContactId Contact,
    PrivacyLevel Level,
    bool NoSearch,
    bool NoEmbedding,
    DateTimeOffset SetAt,
    [property: PseudonymousData] MemberId SetBy,
    DateTimeOffset? LiftedAt,
    [property: PseudonymousData] MemberId? LiftedBy
);
