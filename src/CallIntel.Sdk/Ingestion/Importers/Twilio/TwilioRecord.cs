using System.Text.Json;
using CallIntel.Sdk.Contacts;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion.Importers.Files;
using CallIntel.Sdk.Ingestion.Importers.Mapping;

namespace CallIntel.Sdk.Ingestion.Importers.Twilio;

/// <summary>Converts Message and Call resources to events.</summary>
/// <remarks>
/// Specifications: https://www.twilio.com/docs/messaging/api/message-resource and
/// https://www.twilio.com/docs/voice/api/call-resource.
/// </remarks>
static class TwilioRecord
{
    internal static EventRecord Map(JsonElement record, ImportOptions options)
    {
        string? sid = record.Text("sid");
        bool isCall = sid is null
            ? record.Find("body").ValueKind is JsonValueKind.Undefined
            : sid.StartsWith("CA", StringComparison.Ordinal);
        if (sid is not null && !isCall && sid is not (['S' or 'M', 'M', ..]))
            return EventRecord.Unreadable(RejectReason.NotAnEvent, null); // a conference, or a participant of one
        if (DirectionOf(record.Text("direction")) is not { } direction)
            return EventRecord.Unreadable(RejectReason.UnknownCode, null);

        string? from = record.Text("from"),
            to = record.Text("to");
        (string? other, string? own) = direction is EventDirection.Inbound ? (from, to) : (to, from);
        ProviderParty party = ProviderParty.Read(other);
        string? status = record.Text("status")?.ToLowerInvariant();
        EventRecord common = new()
        {
            OccurredAt = (isCall ? record.Time("start_time") : null)
                ?? record.Time("date_created")
                ?? record.Time("date_sent")
                ?? default,
            Channel = EventChannel.Call,
            Direction = direction,
            Outcome = isCall ? OutcomeOfCall(status) : OutcomeOfMessage(status),
            Party = party.Address,
            PartyKind = party.Kind,
            Member = options.MemberOf(own),
            ExternalId = sid,
            ModifiedAt = record.Time("date_updated"),
            Details = new EventDetails
            {
                ConversationId = isCall ? record.Text("parent_call_sid") ?? sid : null,
                ParentId = isCall ? record.Text("parent_call_sid") : null,
                Status = status,
                ErrorCode = record.Text("error_code"),
                Price = record.Number("price"),
                Currency = record.Text("price_unit")?.ToUpperInvariant(),
                OwnNumber = ProviderParty.Read(own).Address,
            },
        };
        return isCall ? Call(record, common) : Message(record, common, sid);
    }

    static EventRecord Call(JsonElement record, EventRecord call)
    {
        string? passedOnFrom = ProviderParty.Read(record.Text("forwarded_from")).Address;
        return call with
        {
            Duration = call.Outcome is EventOutcome.Completed ? record.Seconds("duration") : null,
            OtherParties = passedOnFrom is null
                ? []
                :
                [
                    new EventParty(passedOnFrom, PartyRole.Leg, Contacts.PartyKind.NumberOrId)
                    {
                        Status = "forwarded_from",
                    },
                ],
        };
    }

    static EventRecord Message(JsonElement record, EventRecord message, string? sid)
    {
        string? body = record.Text("body");
        bool hasMedia = record.Number("num_media") > 0;
        return message with
        {
            Channel = hasMedia || sid?[0] is 'M' ? EventChannel.Mms : EventChannel.Sms,
            Body = string.IsNullOrEmpty(body) ? null : body,
            // a message without text and media is one whose body was redacted
            Change = body is "" && !hasMedia ? RecordChange.Redacted : RecordChange.None,
            Parts =
                hasMedia && sid is not null
                    ? [new EventPart("application/octet-stream", MediaOf(record.Text("account_sid"), sid))]
                    : [],
        };
    }

    static string MediaOf(string? account, string sid) =>
        $"https://api.twilio.com/2010-04-01/Accounts/{account}/Messages/{sid}/Media";

    static EventDirection? DirectionOf(string? direction) =>
        direction?.ToLowerInvariant() switch
        {
            "inbound" or "trunking-originating" => EventDirection.Inbound,
            "trunking-terminating" => EventDirection.Outbound,
            { } other when other.StartsWith("outbound", StringComparison.Ordinal) => EventDirection.Outbound,
            _ => null,
        };

    static EventOutcome OutcomeOfMessage(string? status) =>
        status switch
        {
            "delivered" or "received" or "read" => EventOutcome.Completed,
            "sent" or "partially_delivered" => EventOutcome.Sent,
            "failed" or "undelivered" or "canceled" => EventOutcome.Failed,
            _ => EventOutcome.Unknown, // not delivered yet
        };

    static EventOutcome OutcomeOfCall(string? status) =>
        status switch
        {
            "completed" => EventOutcome.Completed,
            "busy" => EventOutcome.Busy,
            "no-answer" or "canceled" => EventOutcome.Missed,
            "failed" => EventOutcome.Failed,
            _ => EventOutcome.Unknown,
        };
}
