using CallIntel.Sdk.Classification;
using CallIntel.Sdk.Tenancy;

namespace CallIntel.Sdk.SubjectRequests;

/// <summary>Selects requests of the register. The default selects all.</summary>
public sealed record SubjectRequestFilter
{
    /// <summary>Whether only requests that are not in a final state are selected.</summary>
    /// <value>The default value is <see langword="false"/>.</value>
    public bool OnlyOpen { get; init; }

    /// <summary>The state of the requests.</summary>
    /// <value>The default value is <see langword="null"/>: any state.</value>
    public SubjectRequestState? State { get; init; }

    /// <summary>The type of the requests.</summary>
    /// <value>The default value is <see langword="null"/>: any type.</value>
    public SubjectRequestType? Type { get; init; }

    /// <summary>The member who handles the requests.</summary>
    /// <value>The default value is <see langword="null"/>: anybody.</value>
    [PseudonymousData]
    public MemberId? AssignedTo { get; init; }

    /// <summary>A contact of the person.</summary>
    /// <value>The default value is <see langword="null"/>: any contact.</value>
    [PseudonymousData]
    public ContactId? Contact { get; init; }

    /// <summary>The time before which the requests are due.</summary>
    /// <value>The default value is <see langword="null"/>: any time.</value>
    public DateTimeOffset? DueBefore { get; init; }
}
