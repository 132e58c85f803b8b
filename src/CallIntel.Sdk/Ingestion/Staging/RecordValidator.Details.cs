using CallIntel.Sdk.Contacts;
using CallIntel.Sdk.Events;

namespace CallIntel.Sdk.Ingestion.Staging;

sealed partial class RecordValidator
{
    const int MaxParts = 1000;
    const decimal Micros = 1_000_000m;

    /// <summary>Whether the record needs the key of the org for anything but its own id.</summary>
    internal static bool NeedsIdentity(EventRecord record) =>
        record.ExternalId is null
        || record.Body is not null
        || record.Transcript is not null
        || record.Summary is not null
        || record.Parts.Count > 0
        || record.Details?.OwnNumber is not null;

    /// <summary>Stages a deletion, which identifies a record and may not contain its time.</summary>
    RejectReason? TryStageDeletion(EventRecord record, ref StagedEvent row)
    {
        if (string.IsNullOrEmpty(record.ExternalId))
            return RejectReason.Malformed;
        if (TextFault(record.ExternalId) is { } fault)
            return fault;
        bool timeKnown = record.OccurredAt >= Earliest && record.OccurredAt <= _latest;
        if (!timeKnown && !source.TimesMayChange && !record.TimeMayChange)
            return RejectReason.MissingTime;
        DateTimeOffset time = timeKnown ? record.OccurredAt : DateTimeOffset.UnixEpoch;
        row.ExternalId = record.ExternalId;
        row.Id = EventId.From(time, source.Name, record.ExternalId);
        row.OccurredAt = time.UtcDateTime;
        row.ModifiedAt = record.ModifiedAt?.UtcDateTime;
        row.TimeMayChange = record.TimeMayChange;
        row.Change = (short)RecordChange.Deleted;
        return null;
    }

    RejectReason? TryStageDetails(EventRecord record, out StagedDetails? staged)
    {
        staged = null;
        bool hasDetails = record.ModifiedAt is not null || (record.Details is not null && record.Details != Nothing);
        if (!hasDetails && record.Parts.Count == 0 && record.OtherParties.Count == 0)
            return null;
        EventDetails details = record.Details ?? Nothing;
        if (record.Parts.Count > MaxParts || record.OtherParties.Count > MaxParts)
            return RejectReason.TextTooLong;
        if (
            (
                TextFault(details.ConversationId)
                ?? TextFault(details.ParentId)
                ?? TextFault(details.Status)
                ?? TextFault(details.ErrorCode)
                ?? TextFault(details.OwnNumber)
            ) is
            { } fault
        )
            return fault;
        if (SpreadsheetNumber.IsRounded(details.OwnNumber))
            return RejectReason.Malformed;
        if (
            details.Currency is not (null or { Length: 3 })
            || details.Price is { } price && Math.Abs(price) > 1_000_000_000_000m
        )
            return RejectReason.UnknownCode;
        if (TryStageParties(record.OtherParties, out StagedParticipant[] participants) is { } party)
            return party;
        if (TryStageParts(record.Parts, out StagedPart[] parts) is { } part)
            return part;
        staged = new StagedDetails
        {
            Reported = details,
            HasDetails = hasDetails,
            PriceMicros = details.Price is { } p ? (long)Math.Round(p * Micros, MidpointRounding.ToEven) : null,
            OwnNumberHash = details.OwnNumber is null ? null : Identity!.HashOf(details.OwnNumber),
            Parts = parts,
            Participants = participants,
        };
        return null;
    }

    RejectReason? TryStageParties(IReadOnlyList<EventParty> parties, out StagedParticipant[] staged)
    {
        staged = parties.Count == 0 ? [] : new StagedParticipant[parties.Count];
        for (int i = 0; i < staged.Length; i++)
        {
            EventParty party = parties[i];
            if (!Enum.IsDefined(party.Role) || !Enum.IsDefined(party.Outcome) || !Enum.IsDefined(party.Kind))
                return RejectReason.UnknownCode;
            if (party.Duration is { } duration && (duration < TimeSpan.Zero || duration > TimeSpan.FromDays(31)))
                return RejectReason.DurationOutOfRange;
            if (TextFault(party.Status) is { } fault)
                return fault;
            if (TryStageParty(party.Address, party.Kind, out PartyAddress? address) is { } unreadable)
                return unreadable;
            staged[i] = new StagedParticipant { Address = address, Party = party };
        }
        return null;
    }

    RejectReason? TryStageParts(IReadOnlyList<EventPart> parts, out StagedPart[] staged)
    {
        staged = parts.Count == 0 ? [] : new StagedPart[parts.Count];
        for (int i = 0; i < staged.Length; i++)
        {
            if (
                (
                    TextFault(parts[i].MediaType)
                    ?? (parts[i].Reference.Length > 4096 ? RejectReason.TextTooLong : null)
                ) is
                { } fault
            )
                return fault;
            if (parts[i].Size < 0)
                return RejectReason.Malformed;
            staged[i] = new StagedPart
            {
                MediaType = parts[i].MediaType,
                Reference = parts[i].Reference,
                Size = parts[i].Size,
                Hash = Identity!.HashOf(parts[i].Reference)!.Value,
            };
        }
        return null;
    }

    static readonly EventDetails Nothing = new();

    internal static RejectReason? TextFault(string? text)
    {
        if (text is null)
            return null;
        if (text.Length > MaxShortText)
            return RejectReason.TextTooLong;
        if (text.Contains('\0', StringComparison.Ordinal))
            return RejectReason.NulCharacter;
        for (int i = 0; i < text.Length; i++)
            if (
                char.IsSurrogate(text[i])
                && !(char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[++i]))
            )
                return RejectReason.WrongEncoding;
        return null;
    }
}
