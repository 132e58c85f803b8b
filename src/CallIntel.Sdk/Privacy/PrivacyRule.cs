using CallIntel.Sdk.Classification;
using CallIntel.Sdk.Tenancy;

namespace CallIntel.Sdk.Privacy;

/// <summary>The privacy rule of one contact: who may see what of it.</summary>
public sealed record PrivacyRule
{
    /// <summary>Who may see the contact and its content.</summary>
    /// <value>The default value is <see cref="PrivacyLevel.Normal"/>.</value>
    public PrivacyLevel Level { get; init; }

    /// <summary>Who sees a restricted contact beside owner and admin. Must be empty on other levels.</summary>
    /// <value>The default value is empty.</value>
    [PseudonymousData]
    public IReadOnlyCollection<MemberId> Members { get; init; } = [];

    /// <summary>Whether the contact's content is left out of searches.</summary>
    public bool NoSearch { get; init; }

    /// <summary>Whether no vectors are made of the contact's content.</summary>
    public bool NoEmbedding { get; init; }

    /// <summary>For how many days the contact's events are kept, from 1 on.</summary>
    /// <value>The default value is null: for as long as others.</value>
    public int? RetentionDays { get; init; }
}
