using CallIntel.Sdk.Classification;
using CallIntel.Sdk.Contacts;
using CallIntel.Sdk.Ingestion;
using CallIntel.Sdk.Tenancy;

namespace CallIntel.Sdk.Events;

/// <summary>
/// One call or message as a source delivers it: what a host application or an importer hands to
/// <see cref="EventWriter.IngestAsync"/>.
/// </summary>
/// <remarks>
/// Nothing is checked here; a record that cannot be stored becomes a row of <c>ingest_rejects</c> with its reason, and
/// the rest goes on.
/// </remarks>
public sealed record EventRecord
{
    /// <summary>When it began. Stored in UTC, with the offset beside it if it is not zero.</summary>
    public required DateTimeOffset OccurredAt { get; init; }

    /// <summary>Call, SMS, MMS or voicemail.</summary>
    public required EventChannel Channel { get; init; }

    /// <summary>Who began, seen from the org.</summary>
    public required EventDirection Direction { get; init; }

    /// <summary>How it ended.</summary>
    /// <value>The default value is <see cref="EventOutcome.Unknown"/>.</value>
    public EventOutcome Outcome { get; init; }

    /// <summary>
    /// The other party as the source wrote it: a number in any usual format, a short code, a sender's name, or an id of
    /// the source's own.
    /// </summary>
    /// <value>The default value is <see langword="null"/>: withheld.</value>
    [ProtectedData]
    public string? Party { get; init; }

    /// <summary>What <see cref="Party"/> is.</summary>
    /// <value>The default value is <see cref="PartyKind.Number"/>.</value>
    public PartyKind PartyKind { get; init; }

    /// <summary>The member whose line it was.</summary>
    /// <value>The default value is <see langword="null"/>: nobody's in particular.</value>
    [PseudonymousData]
    public MemberId? Member { get; init; }

    /// <summary>How long it lasted, stored in whole seconds; null where that has no meaning.</summary>
    public TimeSpan? Duration { get; init; }

    /// <summary>
    /// The source's own id of the record. The same source and id are the same event, however often delivered.
    /// </summary>
    /// <value>
    /// The default value is <see langword="null"/>: the record's facts and content identify it, so two that are alike
    /// are one, or its line where an importer's mapping says so.
    /// </value>
    [PseudonymousData]
    public string? ExternalId { get; init; }

    /// <summary>The text of a message. Protected; at most 1 MiB of UTF-8, as are the other texts.</summary>
    [ProtectedData]
    public string? Body { get; init; }

    /// <summary>The words of a call or voicemail. Protected.</summary>
    [ProtectedData]
    public string? Transcript { get; init; }

    /// <summary>A summary of the event. Protected.</summary>
    [ProtectedData]
    public string? Summary { get; init; }

    /// <summary>More parties than <see cref="Party"/>: of a group message, or of a call that was passed on.</summary>
    /// <value>The default value is empty.</value>
    [ProtectedData]
    public IReadOnlyList<EventParty> OtherParties { get; init; } = [];

    /// <summary>Pictures, recordings and other files, by reference.</summary>
    /// <value>The default value is empty.</value>
    [ProtectedData]
    public IReadOnlyList<EventPart> Parts { get; init; } = [];

    /// <summary>What only some sources know: legs, price, the source's own status.</summary>
    [ProtectedData]
    public EventDetails? Details { get; init; }

    /// <summary>When the source last changed the record. An older delivery never overwrites a newer one.</summary>
    /// <value>The default value is <see langword="null"/>: what is delivered last counts.</value>
    public DateTimeOffset? ModifiedAt { get; init; }

    /// <summary>
    /// The offset of the source's local time, where the source knows it even though <see cref="OccurredAt"/> is in UTC.
    /// </summary>
    /// <value>
    /// The default value is <see langword="null"/>: the offset of <see cref="OccurredAt"/>, unknown if that is zero.
    /// </value>
    public TimeSpan? LocalOffset { get; init; }

    /// <summary>Whether the source deleted the record or took its words away.</summary>
    /// <value>The default value is <see cref="RecordChange.None"/>.</value>
    /// <remarks>
    /// A deletion needs an <see cref="ExternalId"/>; its <see cref="OccurredAt"/> may be unknown (the default).
    /// </remarks>
    public RecordChange Change { get; init; }

    /// <summary>
    /// Where the stream could resume after this record; the last one of a committed batch becomes the stream's cursor.
    /// </summary>
    public string? Cursor { get; init; }

    /// <summary>Set where the source's record could not even be read; see <see cref="Unreadable"/>.</summary>
    public RejectReason? RejectReason { get; private init; }

    /// <summary>The source's text of a record that an importer read; kept should it be rejected. Protected.</summary>
    [ProtectedData]
    public string? Raw { get; init; }

    /// <summary>
    /// Where in the source it stands, for example <c>line 12</c> or <c>byte 4711</c>; kept with a reject. No personal
    /// data.
    /// </summary>
    public string? Place { get; init; }

    /// <summary>
    /// An importer's digest of the record's line, and its number among equal ones; what is stored as the external id is
    /// a keyed digest of it.
    /// </summary>
    internal string? LineId { get; init; }

    /// <summary>A record that an importer could not read: it is counted, and kept among the rejects.</summary>
    /// <param name="reason">Why.</param>
    /// <param name="raw">The record as delivered; kept up to 64 KiB.</param>
    /// <param name="cursor">Where the stream could resume after it.</param>
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

    /// <summary>Tells the kind of record and nothing of its people or content.</summary>
    public override string ToString() => $"{nameof(EventRecord)} {{ {Channel} {Direction} {Outcome} *** }}";
}
