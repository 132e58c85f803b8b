using System.Text;
using CallIntel.Sdk.Contacts;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Lines;

namespace CallIntel.Sdk.Ingestion.Staging;

/// <summary>
/// Converts records to staged rows or returns the reason for a rejection. The content of a record never causes an
/// exception.
/// </summary>
/// <remarks>Not thread-safe. Use one instance per run.</remarks>
sealed partial class RecordValidator(IngestSource source, DateTimeOffset now)
{
    internal const int MaxTextBytes = 1 << 20;
    internal const int MaxShortText = 512;
    const int MaxRawBytes = 1 << 16;
    static readonly DateTimeOffset Earliest = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);
    static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    readonly DateTimeOffset _latest = now.AddDays(2);
    readonly PartyNormalizer _parties = new(source.DefaultRegion);

    /// <summary>Required for records without an id. The code that sets it disposes it.</summary>
    internal RecordIdentity? Identity { get; set; }

    /// <summary>Computes the id of the own line; null in a dry run, which stores nothing.</summary>
    internal LineIds? Lines { get; set; }

    /// <summary>Whether a party of the last valid record could not be read as a number.</summary>
    internal bool HasUnrecognizedNumber { get; private set; }

    /// <returns>The reason for the rejection; null if the row is valid.</returns>
    internal RejectReason? TryStage(EventRecord record, out StagedEvent row)
    {
        row = default;
        HasUnrecognizedNumber = false;
        if (record.RejectReason is { } unreadable)
            return unreadable;
        if (record.Change is RecordChange.Deleted)
            return TryStageDeletion(record, ref row);
        if (record.OccurredAt == default)
            return RejectReason.MissingTime;
        if (record.OccurredAt < Earliest || record.OccurredAt > _latest)
            return RejectReason.TimeOutOfRange;
        if (StagedEvent.Check(record) is { } invalid)
            return invalid;
        if (TextFault(record.ExternalId) is { } id)
            return id;
        if (TryStageParty(record.Party, record.PartyKind, out row.Party) is { } party)
            return party;
        if ((FaultOf(record.Body) ?? FaultOf(record.Transcript) ?? FaultOf(record.Summary)) is { } text)
            return text;

        row.Body = record.Body;
        row.Transcript = record.Transcript;
        row.Summary = record.Summary;
        if (TryStageDetails(record, out row.Details) is { } reason)
            return reason;

        row.ExternalId = record.ExternalId ?? (record.LineId is null ? null : Identity!.ExternalIdOf(record.LineId));
        row.Id = row.ExternalId is null
            ? Identity!.EventIdOf(source.Name, record)
            : EventId.From(record.OccurredAt, source.Name, row.ExternalId);
        row.SetValues(record);
        row.ConversationKey = ConversationKeyOf(record);
        row.Line = Lines?.Find(record.Details?.OwnNumber)?.Value;
        row.TimeMayChange = record.TimeMayChange && row.ExternalId is not null;
        row.BodyHash = Identity?.HashOf(row.Body);
        row.TranscriptHash = Identity?.HashOf(row.Transcript);
        row.SummaryHash = Identity?.HashOf(row.Summary);
        return null;
    }

    /// <summary>
    /// Returns what the records of one call have in common: a digest of the source's id of the call, otherwise of the
    /// record's parent. It has the form of the parent's own id without its time, so that both match even if the parent
    /// does not report an id of the call.
    /// </summary>
    Guid? ConversationKeyOf(EventRecord record) =>
        record.Channel is EventChannel.Call or EventChannel.Voicemail
        && (record.Details?.ConversationId ?? record.Details?.ParentId) is { Length: > 0 } id
            ? EventId.From(DateTimeOffset.UnixEpoch, source.Name, id)
            : null;

    /// <summary>Returns the text to keep of a rejected record, truncated to a limit.</summary>
    internal static byte[]? RawOf(EventRecord record)
    {
        string? raw = record.Raw ?? record.Body ?? record.Party ?? record.ExternalId;
        if (raw is null)
            return null;
        byte[] bytes = Encoding.UTF8.GetBytes(raw.Length > MaxRawBytes ? raw[..MaxRawBytes] : raw);
        int length = Math.Min(bytes.Length, MaxRawBytes);
        while (length < bytes.Length && (bytes[length] & 0xC0) == 0x80)
            length--; // do not cut in the middle of a character
        return bytes[..length];
    }

    RejectReason? TryStageParty(string? text, PartyKind kind, out PartyAddress? address)
    {
        address = null;
        if (text is null)
            return null;
        if (TextFault(text) is { } fault)
            return fault;
        if (kind is not PartyKind.OpaqueId && SpreadsheetNumber.IsRounded(text))
            return RejectReason.Malformed;
        if (_parties.Normalize(text, kind) is not { } party)
            return text.Length == 0 ? null : RejectReason.TextTooLong;
        address = party.Address;
        HasUnrecognizedNumber |= party.IsUnrecognized;
        return null;
    }

    internal static RejectReason? FaultOf(string? text)
    {
        if (text is null)
            return null;
        if (text.Length > MaxTextBytes)
            return RejectReason.TextTooLong;
        if (text.Contains('\0', StringComparison.Ordinal))
            return RejectReason.NulCharacter;
        try
        {
            return StrictUtf8.GetByteCount(text) > MaxTextBytes ? RejectReason.TextTooLong : null;
        }
        catch (EncoderFallbackException)
        {
            return RejectReason.WrongEncoding;
        }
    }
}
