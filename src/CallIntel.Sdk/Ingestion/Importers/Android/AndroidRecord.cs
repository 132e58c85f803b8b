using System.Globalization;
using CallIntel.Sdk.Contacts;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion.Importers.Mapping;

namespace CallIntel.Sdk.Ingestion.Importers.Android;

/// <summary>Converts text messages and calls of the Android database to events.</summary>
/// <remarks>The classes android.provider.Telephony and android.provider.CallLog.Calls document the codes.</remarks>
static class AndroidRecord
{
    internal const string BrokenTag = "the tag is malformed: an attribute has no quotes, or the tag no end",
        BrokenText = "an attribute contains text that XML does not allow, or is too long";

    /// <param name="value">Returns the value of a field of the Android database, or null.</param>
    /// <param name="options">The options of the import.</param>
    internal static EventRecord Sms(Func<string, string?> value, AndroidImportOptions options)
    {
        if (Time(value("date")) is not { } time)
            return Unreadable(value("date"));
        (EventDirection Direction, EventOutcome Outcome)? type = value("type") switch
        {
            "1" => (EventDirection.Inbound, EventOutcome.Completed),
            "2" => (
                EventDirection.Outbound,
                value("status") switch
                {
                    "0" => EventOutcome.Completed,
                    "64" => EventOutcome.Failed,
                    _ => EventOutcome.Sent,
                }
            ),
            "4" or "6" => (EventDirection.Outbound, EventOutcome.Unknown), // not sent yet
            "5" => (EventDirection.Outbound, EventOutcome.Failed),
            _ => null,
        };
        if (type is not { } known)
            return value("type") == "3"
                ? Unreadable(RejectReason.NotAnEvent, "type: a draft")
                : Unreadable(RejectReason.UnknownCode, "type: not a known value");
        ProviderParty party = ProviderParty.Read(value("address"));
        return Common(time, EventChannel.Sms, known.Direction, known.Outcome, party, options) with
        {
            Body = value("body"),
            OtherParties =
            [
                .. PartyList
                    .Split(value("address"))
                    .Skip(1)
                    .Select(other => new EventParty(other, PartyRole.To, PartyKind.NumberOrId)),
            ],
        };
    }

    /// <param name="value">Returns the value of a field of the Android database, or null.</param>
    /// <param name="options">The options of the import.</param>
    internal static EventRecord Call(Func<string, string?> value, AndroidImportOptions options)
    {
        if (Time(value("date")) is not { } time)
            return Unreadable(value("date"));
        if (
            !long.TryParse(
                value("duration") ?? "0",
                NumberStyles.AllowLeadingSign,
                CultureInfo.InvariantCulture,
                out long seconds
            ) || seconds is < -31_556_952 or > 31_556_952
        )
            return Unreadable(RejectReason.Malformed, "duration: expected seconds");
        (EventDirection Direction, EventOutcome Outcome)? type = value("type") switch
        {
            "1" or "4" or "7" => (EventDirection.Inbound, EventOutcome.Completed),
            "2" => (EventDirection.Outbound, seconds > 0 ? EventOutcome.Completed : EventOutcome.Missed),
            "3" => (EventDirection.Inbound, EventOutcome.Missed),
            "5" => (EventDirection.Inbound, EventOutcome.Rejected),
            "6" => (EventDirection.Inbound, EventOutcome.Blocked),
            _ => null,
        };
        if (type is not { } known)
            return Unreadable(RejectReason.UnknownCode, "type: not a known value");
        ProviderParty party = value("presentation") is null or "1" or "null"
            ? ProviderParty.Read(value("number"))
            : default;
        return Common(
            time,
            value("type") == "4" ? EventChannel.Voicemail : EventChannel.Call,
            known.Direction,
            known.Outcome,
            party,
            options
        ) with
        {
            Duration = known.Outcome is EventOutcome.Completed ? TimeSpan.FromSeconds(seconds) : null,
        };
    }

    internal static EventRecord Common(
        DateTimeOffset time,
        EventChannel channel,
        EventDirection direction,
        EventOutcome outcome,
        ProviderParty party,
        AndroidImportOptions options
    ) =>
        new()
        {
            OccurredAt = time,
            Channel = channel,
            Direction = direction,
            Outcome = outcome,
            Party = party.Address,
            PartyKind = party.Kind,
            Member = options.MemberOf(options.OwnNumber),
            Details = options.OwnNumber is null ? null : new EventDetails { OwnNumber = options.OwnNumber },
        };

    /// <summary>
    /// Reads milliseconds since 1970-01-01 UTC. Some phones write seconds for an MMS; a value that would mean January
    /// 1970 is read as seconds.
    /// </summary>
    internal static DateTimeOffset? Time(string? text) =>
        !long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long value) ? null
        : value is > 300_000_000 and < 10_000_000_000 ? DateTimeOffset.FromUnixTimeSeconds(value)
        : DateTimeOffset.FromUnixTimeMilliseconds(Math.Clamp(value, -62_135_596_800_000, 253_402_300_799_999));

    internal static EventRecord Unreadable(string? time) =>
        time is null or "" or "null"
            ? Unreadable(RejectReason.MissingTime, "date: missing")
            : Unreadable(RejectReason.Malformed, "date: expected milliseconds since 1970");

    internal static EventRecord Unreadable(RejectReason reason, string detail) =>
        EventRecord.Unreadable(reason, null) with
        {
            RejectDetail = detail,
        };
}
