using System.Globalization;
using System.Text.RegularExpressions;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion.Importers.Files;
using CallIntel.Sdk.Ingestion.Importers.Mapping;

namespace CallIntel.Sdk.Ingestion.Importers.FreeSwitch;

/// <summary>Converts call detail records of FreeSWITCH to events.</summary>
sealed class SwitchRecord
{
    const decimal MostSeconds = 31_556_952;

    readonly FreeSwitchImportOptions _options;
    readonly Regex? _own;

    internal SwitchRecord(FreeSwitchImportOptions options)
    {
        _options = options;
        _own = options.OwnLines is null ? null : MappingFile.Rule("OwnLines", options.OwnLines);
        if (options.TimeZone is null)
            return;
        if (!TimeZoneInfo.TryFindSystemTimeZoneById(options.TimeZone, out TimeZoneInfo? zone))
            throw MappingFile.Invalid(
                $"Unknown time zone \"{options.TimeZone}\".",
                "Use an IANA name such as Europe/Copenhagen, and make sure that tzdata is installed."
            );
        Zone = zone;
    }

    /// <summary>The time zone of the telephone system; null if the options do not name it.</summary>
    internal TimeZoneInfo? Zone { get; }

    /// <param name="value">Returns the value of a variable or column, or null.</param>
    /// <param name="stated">The direction from the org's point of view, if the source states it.</param>
    /// <param name="identity">The id of the record, if it has no <c>uuid</c>.</param>
    internal EventRecord Map(Func<string, string?> value, string? stated, string? identity)
    {
        if (Time(value, out TimeBasis timeBasis) is not { } start)
            return value("start_uepoch") is null && value("start_epoch") is null && value("start_stamp") is null
                ? Unreadable(RejectReason.MissingTime, "start_epoch or start_stamp: missing")
                : Unreadable(RejectReason.Malformed, "start_epoch: expected seconds; start_stamp: expected a time");
        if (Number(value("billsec") ?? "0") is not { } talked)
            return Unreadable(RejectReason.Malformed, "billsec: expected seconds");
        if (talked > MostSeconds)
            return Unreadable(RejectReason.DurationOutOfRange, "billsec: longer than a year");
        string caller = value("caller_id_number") ?? value("sip_from_user") ?? "",
            called = value("destination_number") ?? value("caller_destination") ?? "";
        (EventDirection direction, DirectionBasis basis) = DirectionOf(caller, called, value("context"), stated);
        bool outbound = direction is EventDirection.Outbound;
        bool isAnswered = talked > 0 || (Seconds(value("answer_epoch")) is > 0);
        ProviderParty party = ProviderParty.Read(outbound ? called : caller);
        string? uuid = value("uuid") ?? value("xml_cdr_uuid"),
            conversation = ConversationOf(value, uuid),
            own = outbound ? caller : value("extension") ?? called;
        string? cause = value("hangup_cause");
        return new EventRecord
        {
            OccurredAt = start,
            LocalOffset = Zone is null ? null : start.Offset,
            Channel =
                !outbound && (value("last_app") == "voicemail" || value("voicemail_message") == "true")
                    ? EventChannel.Voicemail
                    : EventChannel.Call,
            Direction = direction,
            DirectionBasis = basis,
            TimeBasis = timeBasis,
            Outcome = isAnswered ? EventOutcome.Completed : OutcomeOf(cause),
            Party = party.Address,
            PartyKind = party.Kind,
            Member = _options.MemberOf(own),
            Duration = isAnswered ? TimeSpan.FromTicks((long)(talked * TimeSpan.TicksPerSecond)) : null,
            ExternalId = uuid,
            LineId = uuid is null ? identity : null,
            Details = new EventDetails
            {
                ConversationId = conversation,
                ParentId = conversation == uuid ? null : conversation,
                Status = cause,
                ErrorCode = SipCode(value("sip_term_status") ?? value("proto_specific_hangup_cause")),
                OwnNumber = ProviderParty.Read(own).Address,
            },
        };
    }

    internal static EventRecord Unreadable(RejectReason reason, string detail) =>
        EventRecord.Unreadable(reason, null) with
        {
            RejectDetail = detail,
        };

    /// <summary>
    /// The id of the first leg, which both legs of a call share. The second leg, which FreeSWITCH calls outbound, names
    /// the first one.
    /// </summary>
    static string? ConversationOf(Func<string, string?> value, string? uuid) =>
        value("call_uuid")
        ?? value("originating_leg_uuid")
        ?? value("originator")
        ?? (value("leg_direction") == "outbound" || value("leg") == "b" ? value("bridge_uuid") : null)
        ?? uuid;

    (EventDirection, DirectionBasis) DirectionOf(string caller, string called, string? context, string? stated)
    {
        if (_own?.IsMatch(caller) ?? false)
            return (EventDirection.Outbound, DirectionBasis.OwnLine);
        if (_own?.IsMatch(called) ?? false)
            return (EventDirection.Inbound, DirectionBasis.OwnLine);
        if (stated is "inbound" or "outbound" or "local")
            // a call between two extensions counts as outbound
            return (stated == "inbound" ? EventDirection.Inbound : EventDirection.Outbound, DirectionBasis.Stated);
        if (context == "public")
            return (EventDirection.Inbound, DirectionBasis.Context);
        if (IsExtension(caller))
            return (EventDirection.Outbound, DirectionBasis.Endpoint);
        return (EventDirection.Inbound, IsExtension(called) ? DirectionBasis.Endpoint : DirectionBasis.Assumed);
    }

    DateTimeOffset? Time(Func<string, string?> value, out TimeBasis basis)
    {
        basis = TimeBasis.Stated;
        decimal? epoch = Seconds(value("start_uepoch")) / 1_000_000 ?? Seconds(value("start_epoch"));
        if (epoch is > 0 and < 253_402_300_800m)
        {
            DateTimeOffset time = DateTimeOffset.UnixEpoch.AddTicks((long)(epoch.Value * TimeSpan.TicksPerSecond));
            return Zone is null ? time : TimeZoneInfo.ConvertTime(time, Zone);
        }
        // the clock of a file with epochs does not matter
        return
            value("start_stamp") is { } stamp
            && TimeText.TryRead(stamp, Zone ?? TimeZoneInfo.Utc, out DateTimeOffset local, out basis)
            && Zone is not null
            ? local
            : null;
    }

    /// <summary>Reads an epoch or a duration; a number between the two is neither.</summary>
    static decimal? Seconds(string? text) => Number(text) is { } value and (< MostSeconds or > 1e8m) ? value : null;

    static decimal? Number(string? text) =>
        decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal value)
            ? value
            : null;

    static bool IsExtension(string text) => text.Length is >= 2 and <= 6 && text.All(char.IsAsciiDigit);

    static string? SipCode(string? text) =>
        text is null ? null
        : text.StartsWith("sip:", StringComparison.OrdinalIgnoreCase) ? text[4..]
        : text;

    static EventOutcome OutcomeOf(string? cause) =>
        cause switch
        {
            null or "" or "NONE" => EventOutcome.Unknown,
            "NORMAL_CLEARING"
            or "ORIGINATOR_CANCEL"
            or "NO_ANSWER"
            or "NO_USER_RESPONSE"
            or "ALLOTTED_TIMEOUT"
            or "PROGRESS_TIMEOUT"
            or "MEDIA_TIMEOUT"
            or "LOSE_RACE"
            or "PICKED_OFF"
            or "NORMAL_UNSPECIFIED" => EventOutcome.Missed,
            "USER_BUSY" => EventOutcome.Busy,
            "CALL_REJECTED" => EventOutcome.Rejected,
            "BLACKLISTED" or "OUTGOING_CALL_BARRED" or "INCOMING_CALL_BARRED" => EventOutcome.Blocked,
            _ => EventOutcome.Failed,
        };
}
