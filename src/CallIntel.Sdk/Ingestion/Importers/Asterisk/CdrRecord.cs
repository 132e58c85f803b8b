using System.Globalization;
using System.Text.RegularExpressions;
using CallIntel.Sdk.Contacts;
using CallIntel.Sdk.Events;

namespace CallIntel.Sdk.Ingestion.Importers.Asterisk;

/// <summary>Makes an event of a call detail record.</summary>
sealed class CdrRecord
{
    readonly AsteriskOptions _options;
    readonly TimeZoneInfo _zone;
    readonly Regex _own;

    internal CdrRecord(AsteriskOptions options)
    {
        _options = options;
        if (options.TimeZone is null || !TimeZoneInfo.TryFindSystemTimeZoneById(options.TimeZone, out _zone!))
            throw MappingFile.Invalid(
                "The time zone of the call records is not a zone of this machine.",
                "Take an IANA name such as Europe/Copenhagen, and install tzdata."
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
            // an id belongs to a channel, which may have several records; with the sequence it is the record's own
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

    /// <summary>In the hour that comes twice when summer time ends, the id's own seconds say which of the two it was.</summary>
    DateTimeOffset Time(CdrColumns cdr)
    {
        DateTime local = DateTime.ParseExact(cdr.Start, CdrColumns.TimePattern, CultureInfo.InvariantCulture);
        DateTimeOffset usual = _zone.TimeOf(local);
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
