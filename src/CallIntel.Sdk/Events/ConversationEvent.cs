using CallIntel.Sdk.Classification;
using CallIntel.Sdk.Tenancy;

namespace CallIntel.Sdk.Events;

/// <summary>One call, SMS, MMS or voicemail as it is stored.</summary>
public sealed record ConversationEvent
{
    /// <summary>The id of the event within the org: the same record delivered again has the same.</summary>
    [PseudonymousData]
    public required Guid Id { get; init; }

    /// <summary>When it began, with the source's offset where the source gave one, in UTC otherwise.</summary>
    public required DateTimeOffset OccurredAt { get; init; }

    /// <summary>Call, SMS, MMS or voicemail.</summary>
    public required EventChannel Channel { get; init; }

    /// <summary>Who began, seen from the org.</summary>
    public required EventDirection Direction { get; init; }

    /// <summary>How it ended.</summary>
    public required EventOutcome Outcome { get; init; }

    /// <summary>The other party; null where the number was withheld.</summary>
    [PseudonymousData]
    public ContactId? Contact { get; init; }

    /// <summary>The member whose line it was; null where it was nobody's in particular.</summary>
    [PseudonymousData]
    public MemberId? Member { get; init; }

    /// <summary>How long it lasted, in whole seconds; null where the source did not say.</summary>
    public TimeSpan? Duration { get; init; }

    /// <summary>The id of the source it came from.</summary>
    public required Guid SourceId { get; init; }

    /// <summary>The source's own id of the record; null where it has none.</summary>
    [PseudonymousData]
    public string? ExternalId { get; init; }

    /// <summary>
    /// What was said or written; null where it was not asked for, there is none, or the session's member may not read
    /// it.
    /// </summary>
    [ProtectedData]
    public EventContent? Content { get; init; }

    /// <summary>What only some sources know of an event; null where it was not asked for or there is none.</summary>
    [ProtectedData]
    public ConversationDetails? Details { get; init; }

    /// <summary>
    /// Pictures, recordings and other files, by reference, where they were asked for and the session's member may see
    /// them.
    /// </summary>
    /// <value>The default value is empty.</value>
    [ProtectedData]
    public IReadOnlyList<ConversationPart> Parts { get; init; } = [];

    /// <summary>
    /// More parties than <see cref="Contact"/>, where they were asked for, without those that the session's member may
    /// not see.
    /// </summary>
    /// <value>The default value is empty.</value>
    [PseudonymousData]
    public IReadOnlyList<ConversationParty> OtherParties { get; init; } = [];

    /// <summary>Tells the kind of event and nothing of its people or content.</summary>
    public override string ToString() => $"{nameof(ConversationEvent)} {{ {Channel} {Direction} {Outcome} *** }}";
}
