using CallIntel.Sdk.Contacts;
using CallIntel.Sdk.Crypto.Keys;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion.Bulk;
using NpgsqlTypes;

namespace CallIntel.Sdk.Ingestion.Staging;

/// <summary>
/// A record that passed validation: one row of a staging slot. The columns of the row, and how they are checked, set,
/// compared and copied, stand in this file only.
/// </summary>
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
    /// The columns in the order of every statement and COPY list. A new column comes last, as in SQL.
    /// </summary>
    internal static readonly EventColumn[] Columns =
    [
        EventColumn.Create("id", NpgsqlDbType.Uuid, row => row.Id),
        EventColumn.Create("occurred_at", NpgsqlDbType.TimestampTz, row => row.OccurredAt),
        EventColumn.Nullable("contact_id", NpgsqlDbType.Uuid, row => row.Contact, ColumnRole.Identifying),
        EventColumn.Nullable("member_id", NpgsqlDbType.Uuid, row => row.Member, ColumnRole.Identifying),
        EventColumn.Nullable("duration_s", NpgsqlDbType.Integer, row => row.DurationSeconds),
        EventColumn.Create("channel", NpgsqlDbType.Smallint, row => row.Channel),
        EventColumn.Create("direction", NpgsqlDbType.Smallint, row => row.Direction),
        EventColumn.Create("outcome", NpgsqlDbType.Smallint, row => row.Outcome),
        EventColumn.Nullable("utc_offset_minutes", NpgsqlDbType.Smallint, row => row.UtcOffsetMinutes),
        EventColumn.Text("external_id", row => row.ExternalId),
        EventColumn.Envelope("body", row => row.StoredBody),
        EventColumn.Envelope("transcript", row => row.StoredTranscript),
        EventColumn.Envelope("summary", row => row.StoredSummary),
        EventColumn.Nullable("modified_at", NpgsqlDbType.TimestampTz, row => row.ModifiedAt, ColumnRole.Change),
        EventColumn.Nullable("change", NpgsqlDbType.Smallint, row => row.Change, ColumnRole.Change),
        EventColumn.Nullable("body_hash", NpgsqlDbType.Bigint, row => row.BodyHash, ColumnRole.Identifying),
        EventColumn.Nullable("transcript_hash", NpgsqlDbType.Bigint, row => row.TranscriptHash, ColumnRole.Identifying),
        EventColumn.Nullable("summary_hash", NpgsqlDbType.Bigint, row => row.SummaryHash, ColumnRole.Identifying),
        EventColumn.Nullable("conversation_key", NpgsqlDbType.Uuid, row => row.ConversationKey),
        EventColumn.Nullable("line_id", NpgsqlDbType.Uuid, row => row.Line),
        EventColumn.Nullable("outcome_rank", NpgsqlDbType.Smallint, row => row.OutcomeRank),
    ];

    /// <summary>Checks the values that <see cref="SetValues"/> takes over.</summary>
    /// <returns>The reason for the rejection; null if the values are valid.</returns>
    internal static RejectReason? Check(EventRecord record) =>
        !Enum.IsDefined(record.Channel)
        || !Enum.IsDefined(record.Direction)
        || !Enum.IsDefined(record.Outcome)
        || !Enum.IsDefined(record.PartyKind)
        || !Enum.IsDefined(record.Change)
            ? RejectReason.UnknownCode
        : record.OutcomeRank is < 0 or > short.MaxValue ? RejectReason.UnknownCode
        : record.Duration is { } duration && (duration < TimeSpan.Zero || duration > TimeSpan.FromDays(31))
            ? RejectReason.DurationOutOfRange
        : record.LocalOffset is { } offset && offset.Duration() > TimeSpan.FromHours(18) ? RejectReason.TimeOutOfRange
        : null;

    /// <summary>Sets the columns that take over a value of a record as it is.</summary>
    internal void SetValues(EventRecord record)
    {
        OccurredAt = record.OccurredAt.UtcDateTime;
        Member = record.Member?.Value;
        DurationSeconds = (int?)record.Duration?.TotalSeconds;
        Channel = (short)record.Channel;
        Direction = (short)record.Direction;
        Outcome = (short)record.Outcome;
        UtcOffsetMinutes = (short?)record.LocalOffset?.TotalMinutes
            ?? (record.OccurredAt.Offset == TimeSpan.Zero ? null : (short)record.OccurredAt.Offset.TotalMinutes);
        OutcomeRank = (short?)record.OutcomeRank;
        ModifiedAt = record.ModifiedAt?.UtcDateTime;
        Change = record.Change is RecordChange.None ? null : (short)record.Change;
    }

    /// <summary>
    /// Writes the row in the order of <see cref="Columns"/>, but without the list, which would cost a call and a boxing
    /// allocation per value. A test compares the two.
    /// </summary>
    internal readonly void WriteTo(BinaryCopyBuffer buffer)
    {
        buffer.StartRow((short)Columns.Length);
        buffer.Write(Id);
        buffer.Write(OccurredAt);
        buffer.Write(Contact);
        buffer.Write(Member);
        buffer.Write(DurationSeconds);
        buffer.Write(Channel);
        buffer.Write(Direction);
        buffer.Write(Outcome);
        buffer.Write(UtcOffsetMinutes);
        buffer.Write(ExternalId);
        buffer.Write(StoredBody);
        buffer.Write(StoredTranscript);
        buffer.Write(StoredSummary);
        buffer.Write(ModifiedAt);
        buffer.Write(Change);
        buffer.Write(BodyHash);
        buffer.Write(TranscriptHash);
        buffer.Write(SummaryHash);
        buffer.Write(ConversationKey);
        buffer.Write(Line);
        buffer.Write(OutcomeRank);
    }

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
