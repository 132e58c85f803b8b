using CallIntel.Sdk.Classification;
using CallIntel.Sdk.Contacts;
using CallIntel.Sdk.Ingestion;
using CallIntel.Sdk.Tenancy;

namespace CallIntel.Sdk.Events;

/// <summary>
/// A call or message as a source reports it. An application or an importer passes records to
/// <see cref="EventWriter.IngestAsync"/>.
/// </summary>
/// <remarks>
/// The properties are not validated here. A record that cannot be stored is kept in <c>ingest_rejects</c> with its
/// reason, and the other records are stored.
/// </remarks>
public sealed record EventRecord
{
    /// <summary>The start time. Stored in UTC; an offset other than zero is stored beside it.</summary>
    public required DateTimeOffset OccurredAt { get; init; }

    /// <summary>The channel: call, SMS, MMS or voicemail.</summary>
    public required EventChannel Channel { get; init; }

    /// <summary>The direction from the org's point of view.</summary>
    public required EventDirection Direction { get; init; }

    /// <summary>How the importer determined <see cref="Direction"/>. It is not stored.</summary>
    /// <value>The default value is <see cref="DirectionBasis.Stated"/>.</value>
    public DirectionBasis DirectionBasis { get; init; }

    /// <summary>
    /// How the importer determined <see cref="OccurredAt"/>. It is not stored; reports count the times that are a
    /// guess.
    /// </summary>
    /// <value>The default value is <see cref="TimeBasis.Stated"/>.</value>
    public TimeBasis TimeBasis { get; init; }

    /// <summary>How the event ended.</summary>
    /// <value>The default value is <see cref="EventOutcome.Unknown"/>.</value>
    public EventOutcome Outcome { get; init; }

    /// <summary>
    /// The other party as the source reported it: a number in any common format, a short code, a sender name or an id
    /// of the source.
    /// </summary>
    /// <value>The default value is <see langword="null"/>: the number was withheld.</value>
    [ProtectedData]
    public string? Party { get; init; }

    /// <summary>The kind of <see cref="Party"/>.</summary>
    /// <value>The default value is <see cref="PartyKind.Number"/>.</value>
    public PartyKind PartyKind { get; init; }

    /// <summary>The member whose line was used.</summary>
    /// <value>The default value is <see langword="null"/>: the line belongs to no member.</value>
    [PseudonymousData]
    public MemberId? Member { get; init; }

    /// <summary>The duration, stored in whole seconds; null if it does not apply.</summary>
    public TimeSpan? Duration { get; init; }

    /// <summary>
    /// The source's own id of the record. Records with the same source and id are the same event.
    /// </summary>
    /// <value>
    /// The default value is <see langword="null"/>: the record is identified by its metadata and content, so two equal
    /// records count as one; or by its line in the file if the mapping of an importer says so.
    /// </value>
    [PseudonymousData]
    public string? ExternalId { get; init; }

    /// <summary>The text of a message. Stored encrypted; at most 1 MiB of UTF-8, like the other texts.</summary>
    [ProtectedData]
    public string? Body { get; init; }

    /// <summary>The transcript of a call or voicemail. Stored encrypted.</summary>
    [ProtectedData]
    public string? Transcript { get; init; }

    /// <summary>A summary of the event. Stored encrypted.</summary>
    [ProtectedData]
    public string? Summary { get; init; }

    /// <summary>
    /// Parties in addition to <see cref="Party"/>, for example of a group message or a transferred call. The content of
    /// a record with several parties belongs to all of them.
    /// </summary>
    /// <value>The default value is empty.</value>
    [ProtectedData]
    public IReadOnlyList<EventParty> OtherParties { get; init; } = [];

    /// <summary>References to attachments (images, recordings, other files).</summary>
    /// <value>The default value is empty.</value>
    [ProtectedData]
    public IReadOnlyList<EventPart> Parts { get; init; } = [];

    /// <summary>Details that only some sources provide, such as legs, price and the source's own status.</summary>
    [ProtectedData]
    public EventDetails? Details { get; init; }

    /// <summary>When the source last changed the record. An older version never overwrites a newer one.</summary>
    /// <value>The default value is <see langword="null"/>: the version stored last is kept.</value>
    public DateTimeOffset? ModifiedAt { get; init; }

    /// <summary>
    /// The position of the reported status in the order of the source, from 0 to 32767, for example 0 for queued and 3
    /// for delivered. If the source reports no <see cref="ModifiedAt"/>, a record with a lower position than the stored
    /// one is an earlier report, and does not replace its values. Status callbacks may arrive in any order.
    /// </summary>
    /// <value>The default value is <see langword="null"/>: the version stored last is kept.</value>
    public int? OutcomeRank { get; init; }

    /// <summary>
    /// The UTC offset of the source's local time, if it is known although <see cref="OccurredAt"/> is in UTC.
    /// </summary>
    /// <value>
    /// The default value is <see langword="null"/>: the offset of <see cref="OccurredAt"/> is used, and zero means
    /// unknown.
    /// </value>
    public TimeSpan? LocalOffset { get; init; }

    /// <summary>
    /// Whether the source can report this record again with another time, for example a queued call that gets its start
    /// time later. The record is then the same event whatever its time is, as with
    /// <see cref="IngestSource.TimesMayChange"/> but for this record only. It takes effect if the record has an
    /// <see cref="ExternalId"/>.
    /// </summary>
    /// <value>The default value is <see langword="false"/>: the time is part of the identity of the record.</value>
    public bool TimeMayChange { get; init; }

    /// <summary>Whether the source deleted the record or redacted its content.</summary>
    /// <value>The default value is <see cref="RecordChange.None"/>.</value>
    /// <remarks>
    /// A deletion requires an <see cref="ExternalId"/>; its <see cref="OccurredAt"/> may be left at the default if
    /// unknown.
    /// </remarks>
    public RecordChange Change { get; init; }

    /// <summary>
    /// The position at which the stream can resume after this record. The cursor of the last record of a committed
    /// batch becomes the cursor of the stream.
    /// </summary>
    public string? Cursor { get; init; }

    /// <summary>The reason why the source's record could not be read; see <see cref="Unreadable"/>.</summary>
    public RejectReason? RejectReason { get; private init; }

    /// <summary>
    /// What is wrong with a record that could not be read: the field and what was expected, for example
    /// <c>duration: expected seconds or h:mm:ss</c>. Must not contain values of the record. Stored with the
    /// reject, cut after 1,000 characters.
    /// </summary>
    public string? RejectDetail { get; init; }

    /// <summary>
    /// The original text of a record that an importer read. Kept, encrypted, if the record is rejected.
    /// </summary>
    [ProtectedData]
    public string? Raw { get; init; }

    /// <summary>
    /// The place of the record in the source, for example <c>line 12</c> or <c>byte 4711</c>. Kept with a reject. Must
    /// not contain personal data.
    /// </summary>
    public string? Place { get; init; }

    /// <summary>
    /// An importer's digest of the record's line and its number among equal lines. The stored external id is a keyed
    /// digest of it.
    /// </summary>
    internal string? LineId { get; init; }

    /// <summary>Whether a rule for own lines matched one side of the record.</summary>
    internal bool IsOnOwnLine { get; init; }

    /// <summary>Creates a record that an importer could not read. It is counted and kept among the rejects.</summary>
    /// <param name="reason">The reason.</param>
    /// <param name="raw">The original text of the record; up to 64 KiB are kept.</param>
    /// <param name="cursor">The position at which the stream can resume after the record.</param>
    public static EventRecord Unreadable(RejectReason reason, string? raw, string? cursor = null) =>
        new()
        {
            OccurredAt = default,
            Channel = default,
            Direction = default,
            RejectReason = reason,
            Raw = raw,
            Cursor = cursor,
        };

    /// <summary>Returns the kind of record only; personal data is not included.</summary>
    public override string ToString() => $"{nameof(EventRecord)} {{ {Channel} {Direction} {Outcome} *** }}";
}
