using CallIntel.Sdk.Classification;
using CallIntel.Sdk.Tenancy;

namespace CallIntel.Sdk.Events;

/// <summary>A stored call, SMS, MMS or voicemail.</summary>
public sealed record ConversationEvent
{
    /// <summary>The id of the event within the org. The same record always has the same id.</summary>
    [PseudonymousData]
    public required Guid Id { get; init; }

    /// <summary>The start time, with the offset that the source reported, otherwise in UTC.</summary>
    public required DateTimeOffset OccurredAt { get; init; }

    /// <summary>The channel: call, SMS, MMS or voicemail.</summary>
    public required EventChannel Channel { get; init; }

    /// <summary>The direction from the org's point of view.</summary>
    public required EventDirection Direction { get; init; }

    /// <summary>How the event ended.</summary>
    public required EventOutcome Outcome { get; init; }

    /// <summary>The other party; null if the number was withheld.</summary>
    [PseudonymousData]
    public ContactId? Contact { get; init; }

    /// <summary>The member whose line was used; null if the line belongs to no member.</summary>
    [PseudonymousData]
    public MemberId? Member { get; init; }

    /// <summary>The duration in whole seconds; null if the source did not report it.</summary>
    public TimeSpan? Duration { get; init; }

    /// <summary>The id of the source that reported the event.</summary>
    public required Guid SourceId { get; init; }

    /// <summary>The source's own id of the record; null if it has none.</summary>
    [PseudonymousData]
    public string? ExternalId { get; init; }

    /// <summary>
    /// What the records of one call have in common, for example the legs of a call that rang several telephones; see
    /// <see cref="EventReader.ReadConversationAsync"/>. Null for messages, and for calls whose source reports no id of
    /// the whole call: such an event is a conversation of its own.
    /// </summary>
    [PseudonymousData]
    public Guid? ConversationKey { get; init; }

    /// <summary>
    /// The org's own line that was used; see <see cref="OrgSession.Lines"/>. Null if the source did not report it.
    /// </summary>
    [PseudonymousData]
    public LineId? Line { get; init; }

    /// <summary>
    /// The content. Null if it was not requested, if there is none, or if the member may not read it.
    /// </summary>
    [ProtectedData]
    public EventContent? Content { get; init; }

    /// <summary>Details that only some sources provide. Null if they were not requested or there are none.</summary>
    [ProtectedData]
    public ConversationDetails? Details { get; init; }

    /// <summary>
    /// References to attachments (images, recordings, other files). Empty unless requested, and for contacts hidden
    /// from the current member.
    /// </summary>
    /// <value>The default value is empty.</value>
    [ProtectedData]
    public IReadOnlyList<ConversationPart> Parts { get; init; } = [];

    /// <summary>
    /// Parties in addition to <see cref="Contact"/>. Empty unless requested; parties hidden from the current member are
    /// omitted.
    /// </summary>
    /// <value>The default value is empty.</value>
    [PseudonymousData]
    public IReadOnlyList<ConversationParty> OtherParties { get; init; } = [];

    /// <summary>Returns the kind of event only; personal data is not included.</summary>
    public override string ToString() => $"{nameof(ConversationEvent)} {{ {Channel} {Direction} {Outcome} *** }}";
}
