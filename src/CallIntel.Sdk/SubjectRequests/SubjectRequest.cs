using CallIntel.Sdk.Classification;
using CallIntel.Sdk.Tenancy;

namespace CallIntel.Sdk.SubjectRequests;

/// <summary>A data subject request in the register, without protected values.</summary>
public sealed record SubjectRequest
{
    /// <summary>The id of the request.</summary>
    public required SubjectRequestId Id { get; init; }

    /// <summary>The law under which the person made the request.</summary>
    public required SubjectRegulation Regulation { get; init; }

    /// <summary>What the person requested.</summary>
    public required SubjectRequestType Type { get; init; }

    /// <summary>How the request was made.</summary>
    public RequestManner Manner { get; init; }

    /// <summary>How far the request has come.</summary>
    public required SubjectRequestState State { get; init; }

    /// <summary>How certain the identity of the person is.</summary>
    public IdentityVerification Verification { get; init; }

    /// <summary>When the request was received, in UTC.</summary>
    public required DateTimeOffset ReceivedAt { get; init; }

    /// <summary>When the request was entered in the register, in UTC.</summary>
    public required DateTimeOffset OpenedAt { get; init; }

    /// <summary>The member who entered the request.</summary>
    [PseudonymousData]
    public required MemberId OpenedBy { get; init; }

    /// <summary>
    /// The first moment at which confirming the receipt is late, in UTC; null if the law does not require it.
    /// </summary>
    public DateTimeOffset? AcknowledgeBy { get; init; }

    /// <summary>When the receipt was confirmed to the person, in UTC; null if it was not.</summary>
    public DateTimeOffset? AcknowledgedAt { get; init; }

    /// <summary>
    /// The first moment at which the answer is late, in UTC: the end of the last day of the period in the home zone of
    /// the org.
    /// </summary>
    public required DateTimeOffset DueAt { get; init; }

    /// <summary>When the period was extended, in UTC; null if it was not.</summary>
    public DateTimeOffset? ExtendedAt { get; init; }

    /// <summary>Why the period was extended; null if it was not.</summary>
    public ExtensionReason? ExtensionReason { get; init; }

    /// <summary>The member who handles the request; null if nobody does.</summary>
    [PseudonymousData]
    public MemberId? AssignedTo { get; init; }

    /// <summary>The legal basis of the denial; null unless the request was denied.</summary>
    public DenialBasis? DenialBasis { get; init; }

    /// <summary>The request that answers this one too; null unless this one is a duplicate.</summary>
    public SubjectRequestId? DuplicateOf { get; init; }

    /// <summary>When the request reached a final state, in UTC; null while it is open.</summary>
    public DateTimeOffset? ClosedAt { get; init; }

    /// <summary>
    /// The contacts of the person that were named or found, without those that are hidden from the session.
    /// </summary>
    [PseudonymousData]
    public IReadOnlyList<ContactId> Contacts { get; init; } = [];

    /// <summary>Whether the request is open and its period has ended.</summary>
    /// <param name="now">The current time.</param>
    public bool IsLate(DateTimeOffset now) => ClosedAt is null && now >= DueAt;
}
