using CallIntel.Sdk.Contacts;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion.Importers.Mapping;

namespace CallIntel.Sdk.Ingestion.Importers.Asterisk;

/// <summary>Converts call detail records to events.</summary>
sealed class CdrRecord
{
    const int MostDays = 365;

    readonly AsteriskImportOptions _options;
    readonly TimeZoneInfo _zone;
    readonly CdrDirection _direction;

    internal CdrRecord(AsteriskImportOptions options)
    {
        _options = options;
        if (options.TimeZone is null || !TimeZoneInfo.TryFindSystemTimeZoneById(options.TimeZone, out _zone!))
            throw MappingFile.Invalid(
                $"Unknown time zone \"{options.TimeZone}\".",
                "Use an IANA name such as Europe/Copenhagen, and make sure that tzdata is installed."
            );
        _direction = new CdrDirection(options.OwnLines);
    }

    /// <param name="cdr">The columns; null if the line is not a call detail record.</param>
    /// <param name="identity">The id of the line, for records that have no id of their own.</param>
    internal EventRecord Map(CdrColumns? cdr, string identity)
    {
        if (cdr is not { } call)
            return Malformed("columns: expected those of cdr_csv, of the sample of cdr_custom or of the header");
        if (
            !DurationText.TryRead(call.BillableSeconds, 1, out TimeSpan duration)
            || duration.Duration().TotalDays > MostDays
        )
            return Malformed($"billsec: expected {DurationText.Expected}");
        if (CdrTime.Read(call.Start, call.UniqueId, _zone, out TimeBasis timeBasis) is not { } start)
            return Malformed("start: expected yyyy-MM-dd HH:mm:ss");
        CdrSides sides = _direction.Decide(in call);
        bool outbound = sides.Direction is EventDirection.Outbound;
        ProviderParty party = ProviderParty.Read(sides.Other);
        EventOutcome outcome = OutcomeOf(call.Disposition);
        return new EventRecord
        {
            OccurredAt = start,
            LocalOffset = start.Offset,
            Channel = IsVoicemail(call.LastApplication) && !outbound ? EventChannel.Voicemail : EventChannel.Call,
            Direction = sides.Direction,
            DirectionBasis = sides.Basis,
            TimeBasis = timeBasis,
            Outcome = outcome,
            Party = party.Address,
            PartyKind = party.Kind,
            Member = _options.MemberOf(sides.Own),
            Duration = outcome is EventOutcome.Completed ? duration : null,
            // a channel can have several records with one uniqueid; with the sequence, it identifies a record
            ExternalId =
                call.UniqueId.Length > 0 && call.Sequence.Length > 0 ? $"{call.UniqueId}/{call.Sequence}" : null,
            LineId = identity,
            Details = new EventDetails
            {
                ConversationId =
                    call.LinkedId.Length > 0 ? call.LinkedId
                    : call.UniqueId.Length > 0 ? call.UniqueId
                    : null,
                Status = call.Disposition,
                OwnNumber = ProviderParty.Read(sides.Own).Address,
            },
        };
    }

    static EventRecord Malformed(string detail) =>
        EventRecord.Unreadable(RejectReason.Malformed, null) with
        {
            RejectDetail = detail,
        };

    static bool IsVoicemail(string application) => application is "VoiceMail" or "Voicemail" or "MiniVM";

    static EventOutcome OutcomeOf(string disposition) =>
        disposition.Trim().ToUpperInvariant() switch
        {
            "ANSWERED" => EventOutcome.Completed,
            "NO ANSWER" => EventOutcome.Missed,
            "BUSY" => EventOutcome.Busy,
            "FAILED" or "CONGESTION" => EventOutcome.Failed,
            _ => EventOutcome.Unknown,
        };
}
