using CallIntel.Sdk.Classification;
using CallIntel.Sdk.Tenancy;

namespace CallIntel.Sdk.SubjectRequests;

/// <summary>A request to enter in the register.</summary>
/// <param name="Regulation">The law under which the person makes the request. It determines the deadlines.</param>
/// <param name="Type">What the person requests.</param>
public sealed record NewSubjectRequest(SubjectRegulation Regulation, SubjectRequestType Type)
{
    /// <summary>The maximum number of identities and contacts together: 100.</summary>
    public const int MaxSubjects = 100;

    /// <summary>What the person gave to be found by. Stored encrypted.</summary>
    /// <value>The default value is empty. A request needs an identity or a contact.</value>
    [ProtectedData]
    public IReadOnlyList<SubjectIdentity> Identities { get; init; } = [];

    /// <summary>The contacts of the person, if your application knows them.</summary>
    /// <value>The default value is empty: discovery finds the contacts by the identities.</value>
    [PseudonymousData]
    public IReadOnlyList<ContactId> Contacts { get; init; } = [];

    /// <summary>How the request was made.</summary>
    /// <value>The default value is <see cref="RequestManner.Unknown"/>.</value>
    public RequestManner Manner { get; init; }

    /// <summary>When the request was received. Deadlines run from here, whenever it is entered.</summary>
    /// <value>The default value is <see langword="null"/>: now.</value>
    public DateTimeOffset? ReceivedAt { get; init; }

    /// <summary>The working days that deadlines consider.</summary>
    /// <value>
    /// The default value is <see langword="null"/>: Monday to Friday, except the holidays of the org's business hours.
    /// </value>
    public WorkingCalendar? Calendar { get; init; }

    /// <summary>The last day on which an answer is in time, in the home zone of the org.</summary>
    /// <value>The default value is <see langword="null"/>: the day that <see cref="Deadlines"/> computes.</value>
    public DateOnly? DueOn { get; init; }
}
