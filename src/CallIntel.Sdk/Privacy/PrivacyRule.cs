using CallIntel.Sdk.Classification;
using CallIntel.Sdk.Tenancy;

namespace CallIntel.Sdk.Privacy;

/// <summary>The privacy rule of one contact.</summary>
public sealed record PrivacyRule
{
    /// <summary>Determines which members may see the contact and its content.</summary>
    /// <value>The default value is <see cref="PrivacyLevel.Normal"/>.</value>
    public PrivacyLevel Level { get; init; }

    /// <summary>
    /// The members who may see a restricted contact in addition to admins and owners. Must be empty on other levels.
    /// </summary>
    /// <value>The default value is empty.</value>
    [PseudonymousData]
    public IReadOnlyCollection<MemberId> Members { get; init; } = [];

    /// <summary>Whether the contact's content is excluded from searches.</summary>
    /// <value>The default value is <see langword="false"/>.</value>
    public bool NoSearch { get; init; }

    /// <summary>Whether the contact's content is excluded from embeddings.</summary>
    /// <value>The default value is <see langword="false"/>.</value>
    public bool NoEmbedding { get; init; }

    /// <summary>The number of days to keep the contact's events, from 1 to 36,500.</summary>
    /// <value>The default value is <see langword="null"/>: the retention that applies to other contacts.</value>
    public int? RetentionDays { get; init; }
}
