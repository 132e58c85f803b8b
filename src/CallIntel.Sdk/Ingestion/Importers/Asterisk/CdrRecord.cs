using System.Globalization;
using System.Text.RegularExpressions;
using CallIntel.Sdk.Contacts;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion.Importers.Mapping;

namespace CallIntel.Sdk.Ingestion.Importers.Asterisk;

/// <summary>Converts call detail records to events.</summary>
sealed class CdrRecord
{
    readonly AsteriskImportOptions _options;
    readonly TimeZoneInfo _zone;
    readonly Regex _own;

    internal CdrRecord(AsteriskImportOptions options)
    {
        _options = options;
        if (options.TimeZone is null || !TimeZoneInfo.TryFindSystemTimeZoneById(options.TimeZone, out _zone!))
            throw MappingFile.Invalid(
                $"Unknown time zone \"{options.TimeZone}\".",
                "Use an IANA name such as Europe/Copenhagen, and make sure that tzdata is installed."
            );
        _own = MappingFile.Rule("OwnLines", options.OwnLines);
    }

    internal EventRecord Map(List<string> fields, string identity)
    {
        if (CdrColumns.Find(fields) is not { } cdr)
            return EventRecord.Unreadable(RejectReason.Malformed, null);
        bool outbound = _own.IsMatch(cdr.Source);
        (string own, string other) = outbound ? (cdr.Source, cdr.Destination) : (cdr.Destination, cdr.Source);
        ProviderParty party = ProviderParty.Read(other);
        EventOutcome outcome = OutcomeOf(cdr.Disposition);
        if (
            !long.TryParse(
                cdr.BillableSeconds,
                NumberStyles.AllowLeadingSign,
                CultureInfo.InvariantCulture,
                out long seconds
            ) || seconds is < -31_556_952 or > 31_556_952
        )
            return EventRecord.Unreadable(RejectReason.Malformed, null);
        DateTimeOffset start = Time(cdr);
        return new EventRecord
        {
            OccurredAt = start,
            LocalOffset = start.Offset,
            Channel = IsVoicemail(cdr.LastApplication) && !outbound ? EventChannel.Voicemail : EventChannel.Call,
            Direction = outbound ? EventDirection.Outbound : EventDirection.Inbound,
            Outcome = outcome,
            Party = party.Address,
            PartyKind = party.Kind,
            Member = _options.MemberOf(own),
            Duration = outcome is EventOutcome.Completed ? TimeSpan.FromSeconds(seconds) : null,
            // a channel can have several records with one uniqueid; with the sequence, it identifies a record
            ExternalId = cdr.UniqueId.Length > 0 && cdr.Sequence.Length > 0 ? $"{cdr.UniqueId}/{cdr.Sequence}" : null,
            LineId = identity,
            Details = new EventDetails
            {
                ConversationId =
                    cdr.LinkedId.Length > 0 ? cdr.LinkedId
                    : cdr.UniqueId.Length > 0 ? cdr.UniqueId
                    : null,
                Status = cdr.Disposition,
                OwnNumber = ProviderParty.Read(own).Address,
            },
        };
    }

    /// <summary>
    /// The time of the call. In the hour that occurs twice when daylight saving time ends, the time in the uniqueid
    /// determines which of the two is meant.
    /// </summary>
    DateTimeOffset Time(CdrColumns cdr)
    {
        DateTime local = DateTime.ParseExact(cdr.Start, CdrColumns.TimePattern, CultureInfo.InvariantCulture);
        DateTimeOffset usual = TimeReader.ToTime(_zone, local);
        if (!_zone.IsAmbiguousTime(local) || CdrColumns.CreatedAt(cdr.UniqueId) is not { } created)
            return usual;
        return _zone
            .GetAmbiguousTimeOffsets(local)
            .Select(offset => new DateTimeOffset(local, offset))
            .MinBy(time => Math.Abs(time.ToUnixTimeSeconds() - created));
    }

    static bool IsVoicemail(string application) => application is "VoiceMail" or "Voicemail" or "MiniVM";

    static EventOutcome OutcomeOf(string disposition) =>
        disposition.ToUpperInvariant() switch
        {
            "ANSWERED" => EventOutcome.Completed,
            "NO ANSWER" => EventOutcome.Missed,
            "BUSY" => EventOutcome.Busy,
            "FAILED" or "CONGESTION" => EventOutcome.Failed,
            _ => EventOutcome.Unknown,
        };
}
