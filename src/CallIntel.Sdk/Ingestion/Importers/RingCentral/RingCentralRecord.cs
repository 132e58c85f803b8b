using System.Text.Json;
using CallIntel.Sdk.Contacts;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion.Importers.Files;
using CallIntel.Sdk.Ingestion.Importers.Mapping;

namespace CallIntel.Sdk.Ingestion.Importers.RingCentral;

/// <summary>Converts the records of a call log to events.</summary>
static class RingCentralRecord
{
    internal static EventRecord Map(JsonElement record, RingCentralImportOptions options)
    {
        string? id = record.Text("id");
        DateTimeOffset? start = record.Time("startTime");
        if (record.IsTrue("deleted"))
            return id is null
                ? EventRecord.Unreadable(RejectReason.Malformed, null) with
                {
                    RejectDetail = "id: a deletion requires one",
                }
                : new EventRecord
                {
                    OccurredAt = start ?? default,
                    Channel = EventChannel.Call,
                    Direction = EventDirection.Inbound,
                    ExternalId = id,
                    ModifiedAt = record.Time("lastModifiedTime"),
                    Change = RecordChange.Deleted,
                };
        if (record.Text("type") is "Fax")
            return EventRecord.Unreadable(RejectReason.NotAnEvent, null) with { RejectDetail = "type: a fax" };
        if (DirectionOf(record) is not { } direction)
            return record.Find("direction").ValueKind is JsonValueKind.Undefined
                ? EventRecord.Unreadable(RejectReason.Malformed, null) with
                {
                    RejectDetail = "direction: missing",
                }
                : EventRecord.Unreadable(RejectReason.UnknownCode, null) with
                {
                    RejectDetail = "direction: expected Inbound or Outbound",
                };

        (JsonElement other, JsonElement own) = Sides(record, direction);
        ProviderParty party = AddressOf(other);
        string? ownLine = AddressOf(own).Address;
        string? result = record.Text("result");
        bool isVoicemail = result is "Voicemail" || record.Find("message").Text("type") is "VoiceMail";
        EventOutcome outcome = isVoicemail ? EventOutcome.Completed : OutcomeOf(result);
        return new EventRecord
        {
            OccurredAt = start ?? default,
            Channel = isVoicemail ? EventChannel.Voicemail : EventChannel.Call,
            Direction = direction,
            Outcome = outcome,
            Party = party.Address,
            PartyKind = party.Kind,
            Member = options.MemberOf(record.Find("extension").Text("id") ?? ownLine),
            Duration = outcome is EventOutcome.Completed ? DurationOf(record) : null,
            ExternalId = id,
            ModifiedAt = record.Time("lastModifiedTime"),
            OtherParties = Legs(record),
            Parts = Parts(record),
            Details = new EventDetails
            {
                ConversationId = record.Text("telephonySessionId") ?? record.Text("sessionId"),
                Status = result,
                ErrorCode = outcome is EventOutcome.Completed ? null : record.Text("reason"),
                Price = record.Find("billing").Number("costPurchased"),
                OwnNumber = ownLine,
            },
        };
    }

    /// <summary>
    /// The legs of a call, including transfers, without the one that repeats the call itself: the master, or the first
    /// one in logs that do not name a master.
    /// </summary>
    static EventParty[] Legs(JsonElement record)
    {
        List<EventParty> legs = [];
        bool hasMaster = record.List("legs").Any(leg => leg.IsTrue("master"));
        foreach (
            JsonElement leg in record
                .List("legs")
                .Where((leg, i) => hasMaster ? !leg.IsTrue("master") : i > 0 || !Repeats(leg, record))
        )
        {
            JsonElement other = DirectionOf(leg) is { } direction ? Sides(leg, direction).Other : default;
            ProviderParty party = AddressOf(other);
            bool isTransfer = leg.Text("action") is "Transfer";
            legs.Add(
                new EventParty(party.Address, isTransfer ? PartyRole.TransferTarget : PartyRole.Leg, party.Kind)
                {
                    StartedAt = leg.Time("startTime"),
                    Duration = DurationOf(leg),
                    Outcome = OutcomeOf(leg.Text("result")),
                    Status = leg.Text("legType") ?? leg.Text("action"),
                }
            );
        }
        return [.. legs];
    }

    /// <summary>Whether a leg has no direction of its own, or the direction and the other party of the call.</summary>
    static bool Repeats(JsonElement leg, JsonElement record) =>
        DirectionOf(leg) is not { } direction
        || (
            direction == DirectionOf(record)
            && AddressOf(Sides(leg, direction).Other) == AddressOf(Sides(record, direction).Other)
        );

    static EventPart[] Parts(JsonElement record)
    {
        List<EventPart> parts = [];
        if (
            record.Find("recording") is { ValueKind: JsonValueKind.Object } recording
            && (recording.Text("contentUri") ?? recording.Text("uri")) is { } audio
        )
            parts.Add(new EventPart("audio/mpeg", audio));
        if (record.Find("message") is { ValueKind: JsonValueKind.Object } message && message.Text("uri") is { } uri)
            parts.Add(new EventPart("application/json", uri));
        return [.. parts];
    }

    static EventDirection? DirectionOf(JsonElement record) =>
        record.Text("direction") switch
        {
            "Inbound" => EventDirection.Inbound,
            "Outbound" => EventDirection.Outbound,
            _ => null,
        };

    static (JsonElement Other, JsonElement Own) Sides(JsonElement record, EventDirection direction) =>
        direction is EventDirection.Inbound
            ? (record.Find("from"), record.Find("to"))
            : (record.Find("to"), record.Find("from"));

    /// <summary>The phone number of a party, or the extension of a colleague who has no number of their own.</summary>
    static ProviderParty AddressOf(JsonElement party) =>
        ProviderParty.Read(party.Text("phoneNumber")) is { Address: not null } number ? number
        : (party.Text("extensionNumber") ?? party.Text("extensionId")) is { Length: > 0 } extension
            ? new ProviderParty(extension, PartyKind.NumberOrId)
        : default;

    static TimeSpan? DurationOf(JsonElement record) =>
        record.Seconds("duration")
        ?? (
            record.Number("durationMs") is { } ms
                ? TimeSpan.FromSeconds((double)Math.Clamp(ms, -1, 1e12m) / 1000)
                : null
        );

    static EventOutcome OutcomeOf(string? result) =>
        result switch
        {
            "Call connected" or "Accepted" or "Answered Not Accepted" or "Received" or "Connected" =>
                EventOutcome.Completed,
            "Missed"
            or "No Answer"
            or "Hang Up"
            or "Abandoned"
            or "Stopped"
            or "Reply"
            or "Sent to Voicemail"
            or "Voicemail" => EventOutcome.Missed,
            "Busy" => EventOutcome.Busy,
            "Rejected" or "Declined" => EventOutcome.Rejected,
            "Blocked"
            or "Not Allowed"
            or "Restricted Number"
            or "International Disabled"
            or "International Restricted" => EventOutcome.Blocked,
            "Call Failed"
            or "Call Failure"
            or "Internal Error"
            or "Wrong Number"
            or "IP Phone Offline"
            or "No Calling Credit"
            or "Carrier is not active"
            or "EDGE trunk misconfigured"
            or "Suspended account"
            or "Send Error"
            or "Receive Error" => EventOutcome.Failed,
            _ => EventOutcome.Unknown,
        };
}
