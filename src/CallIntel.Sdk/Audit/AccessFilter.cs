using CallIntel.Sdk.Classification;
using CallIntel.Sdk.Tenancy;

namespace CallIntel.Sdk.Audit;

/// <summary>Selects entries of the access ledger. Conditions are combined with AND.</summary>
public sealed record AccessFilter
{
    /// <summary>Selects all entries of the org.</summary>
    public static AccessFilter All { get; } = new();

    /// <summary>The earliest time of an access, inclusive.</summary>
    /// <value>The default value is <see langword="null"/>: any time.</value>
    public DateTimeOffset? From { get; init; }

    /// <summary>The end of the time range, exclusive.</summary>
    /// <value>The default value is <see langword="null"/>: any time.</value>
    public DateTimeOffset? To { get; init; }

    /// <summary>The member who read.</summary>
    /// <value>The default value is <see langword="null"/>: any member.</value>
    [PseudonymousData]
    public MemberId? Member { get; init; }

    /// <summary>A contact whose data was read.</summary>
    /// <value>The default value is <see langword="null"/>: any contact.</value>
    [PseudonymousData]
    public ContactId? Contact { get; init; }

    /// <summary>An event whose protected fields were read.</summary>
    /// <value>The default value is <see langword="null"/>: any event.</value>
    public Guid? Event { get; init; }

    /// <summary>Whether only accesses to honey tokens are selected.</summary>
    /// <value>The default value is <see langword="false"/>.</value>
    public bool OnlyAlerts { get; init; }
}
