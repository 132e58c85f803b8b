using CallIntel.Sdk.Contacts;
using CallIntel.Sdk.Crypto.Keys;
using CallIntel.Sdk.Events;

namespace CallIntel.Sdk.Ingestion.Staging;

/// <summary>A record that passed validation: one row of a staging slot.</summary>
struct StagedEvent
{
    /// <summary>The position of the record in its run.</summary>
    internal long Ordinal;

    internal Guid Id;
    internal DateTime OccurredAt;
    internal Guid? Contact;
    internal Guid? Member;
    internal int? DurationSeconds;
    internal short Channel;
    internal short Direction;
    internal short Outcome;
    internal short? UtcOffsetMinutes;
    internal string? ExternalId;

    /// <summary>What the records of one call have in common; null for messages and single records.</summary>
    internal Guid? ConversationKey;
    internal Guid? Line;
    internal short? OutcomeRank;

    /// <summary>
    /// The plaintext after validation. This and the next two fields are set to null after encryption.
    /// </summary>
    internal string? Body;
    internal string? Transcript;
    internal string? Summary;

    /// <summary>
    /// The envelope that is stored instead of the text, in the batch's <see cref="EnvelopeBuffer"/>; empty if there is
    /// no text. The same applies to the next two fields.
    /// </summary>
    internal ReadOnlyMemory<byte> StoredBody;
    internal ReadOnlyMemory<byte> StoredTranscript;
    internal ReadOnlyMemory<byte> StoredSummary;

    /// <summary>
    /// Keyed digests of the texts, which detect changes. Envelopes cannot be compared, because encrypting a text twice
    /// never gives the same bytes.
    /// </summary>
    internal long? BodyHash,
        TranscriptHash,
        SummaryHash;

    /// <summary>When the source last changed the record.</summary>
    internal DateTime? ModifiedAt;

    /// <summary>The value of a <see cref="Events.RecordChange"/>; null for <c>None</c>.</summary>
    internal short? Change;

    /// <summary>Whether the source can report the record again with another time.</summary>
    internal bool TimeMayChange;

    /// <summary>The values for the tables beside events; null for most records.</summary>
    internal StagedDetails? Details;

    /// <summary>
    /// The people whose content the record has; null if there are fewer than two, as for most records.
    /// </summary>
    internal KeyConversation? Conversation;

    /// <summary>The party. It is resolved to <see cref="Contact"/> before the batch is sent.</summary>
    internal PartyAddress? Party;

    /// <summary>What to do with the record because its number is suppressed; null if it is not.</summary>
    internal SuppressionAction? Suppression;

    /// <summary>Whether the key of the person was destroyed, so that no data of the person may be stored.</summary>
    internal bool Erased;

    /// <summary>Whether the record is stored and unchanged.</summary>
    internal bool IsDuplicate;

    /// <summary>
    /// Whether two rows report the same values for a record, so that the second one changes nothing. Always false for
    /// rows with details, a change, a modification time or a time that may change, which the merge compares.
    /// </summary>
    internal readonly bool ReportsSameAs(in StagedEvent other) =>
        IsPlain
        && other.IsPlain
        && OccurredAt == other.OccurredAt
        && Contact == other.Contact
        && Member == other.Member
        && DurationSeconds == other.DurationSeconds
        && (Channel, Direction, Outcome, UtcOffsetMinutes)
            == (other.Channel, other.Direction, other.Outcome, other.UtcOffsetMinutes)
        && (ConversationKey, Line, OutcomeRank) == (other.ConversationKey, other.Line, other.OutcomeRank)
        && (BodyHash, TranscriptHash, SummaryHash) == (other.BodyHash, other.TranscriptHash, other.SummaryHash);

    /// <summary>Whether the row has content and metadata only, and a time that identifies it.</summary>
    internal readonly bool IsPlain => Details is null && Change is null && ModifiedAt is null && !TimeMayChange;
}
