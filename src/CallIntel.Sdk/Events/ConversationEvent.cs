using CallIntel.Sdk.Classification;
using CallIntel.Sdk.Tenancy;
using Npgsql;

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

    /// <summary>The columns of <c>callintel.events</c> that <see cref="Read"/> reads, in this order.</summary>
    internal static readonly string[] Columns =
    [
        "id",
        "occurred_at",
        "utc_offset_minutes",
        "channel",
        "direction",
        "outcome",
        "contact_id",
        "member_id",
        "duration_s",
        "source_id",
        "external_id",
        "conversation_key",
        "line_id",
    ];

    /// <summary>
    /// The metadata that exports for data subjects contain, by name: all except references to contacts, members and
    /// lines, which other people and the org share.
    /// </summary>
    internal static readonly (string Name, Func<ConversationEvent, object?> Get)[] ExportedMetadata =
    [
        ("id", e => e.Id),
        ("occurred_at", e => e.OccurredAt),
        ("channel", e => e.Channel),
        ("direction", e => e.Direction),
        ("outcome", e => e.Outcome),
        ("duration_seconds", e => e.Duration?.TotalSeconds),
        ("external_id", e => e.ExternalId),
    ];

    internal static ConversationEvent Read(NpgsqlDataReader row)
    {
        DateTimeOffset time = row.GetFieldValue<DateTimeOffset>(1);
        return new ConversationEvent
        {
            Id = row.GetGuid(0),
            OccurredAt = row.IsDBNull(2) ? time : time.ToOffset(TimeSpan.FromMinutes(row.GetInt16(2))),
            Channel = (EventChannel)row.GetInt16(3),
            Direction = (EventDirection)row.GetInt16(4),
            Outcome = (EventOutcome)row.GetInt16(5),
            Contact = row.IsDBNull(6) ? null : new ContactId(row.GetGuid(6)),
            Member = row.IsDBNull(7) ? null : new MemberId(row.GetGuid(7)),
            Duration = row.IsDBNull(8) ? null : TimeSpan.FromSeconds(row.GetInt32(8)),
            SourceId = row.GetGuid(9),
            ExternalId = row.IsDBNull(10) ? null : row.GetString(10),
            ConversationKey = row.IsDBNull(11) ? null : row.GetGuid(11),
            Line = row.IsDBNull(12) ? null : new LineId(row.GetGuid(12)),
        };
    }

    /// <summary>Returns the kind of event only; personal data is not included.</summary>
    public override string ToString() => $"{nameof(ConversationEvent)} {{ {Channel} {Direction} {Outcome} *** }}";
}
