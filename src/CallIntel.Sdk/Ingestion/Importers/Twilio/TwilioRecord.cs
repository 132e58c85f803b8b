using System.Text.Json;
using System.Text.RegularExpressions;
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
    /// <param name="record">The resource, with names in snake case as in the API, or in camel case.</param>
    /// <param name="options">The options of the import.</param>
    /// <param name="ownLines">Matches the org's own lines; null if they are not known.</param>
    internal static EventRecord Map(JsonElement record, ImportOptions options, Regex? ownLines)
    {
        string? sid = record.Text("sid");
        bool isCall = sid is null
            ? record.Find("body").ValueKind is JsonValueKind.Undefined
            : sid.StartsWith("CA", StringComparison.Ordinal);
        if (sid is not null && !isCall && sid is not (['S' or 'M', 'M', ..]))
            return EventRecord.Unreadable(RejectReason.NotAnEvent, null) with
            {
                RejectDetail = "sid: neither a message nor a call", // a conference, or a participant of one
            };
        if (DirectionOf(record.Text("direction")) is not { } direction)
            return EventRecord.Unreadable(RejectReason.UnknownCode, null) with
            {
                RejectDetail = "direction: not a known value",
            };

        string? from = record.Text("from"),
            to = record.Text("to"),
            parent = Either(record, "parent_call_sid", "parentCallSid");
        TwilioSides sides = isCall
            ? TwilioSides.ForCall(direction, IsDialed(record) || parent is not null, from, to, ownLines)
            : TwilioSides.ForMessage(direction, from, to);
        ProviderParty party = ProviderParty.Read(sides.Other);
        string? status = record.Text("status")?.ToLowerInvariant();
        EventRecord common = new()
        {
            OccurredAt = (isCall ? Time(record, "start_time", "startTime") : null)
                ?? Time(record, "date_created", "dateCreated")
                ?? Time(record, "date_sent", "dateSent")
                ?? default,
            // a queued call has no start time: its time is that of its creation until it starts
            TimeMayChange = isCall,
            Channel = EventChannel.Call,
            Direction = sides.Direction,
            DirectionBasis = sides.Basis,
            Outcome = TwilioStatus.OutcomeOf(isCall ? EventChannel.Call : EventChannel.Sms, status),
            OutcomeRank = TwilioStatus.RankOf(isCall ? EventChannel.Call : EventChannel.Sms, status),
            Party = party.Address,
            PartyKind = party.Kind,
            Member = options.MemberOf(sides.Own),
            ExternalId = sid,
            ModifiedAt = Time(record, "date_updated", "dateUpdated"),
            Details = new EventDetails
            {
                ConversationId = isCall ? parent ?? sid : null,
                ParentId = isCall ? parent : null,
                Status = status,
                ErrorCode = Either(record, "error_code", "errorCode"),
                Price = record.Number("price"),
                Currency = Either(record, "price_unit", "priceUnit")?.ToUpperInvariant(),
                OwnNumber = ProviderParty.Read(sides.Own).Address,
            },
        };
        return isCall ? Call(record, common) : Message(record, common, sid);
    }

    static EventRecord Call(JsonElement record, EventRecord call)
    {
        string? passedOnFrom = ProviderParty.Read(Either(record, "forwarded_from", "forwardedFrom")).Address;
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
        bool hasMedia = (record.Number("num_media") ?? record.Number("numMedia")) > 0;
        return message with
        {
            Channel = hasMedia || sid?[0] is 'M' ? EventChannel.Mms : EventChannel.Sms,
            Body = string.IsNullOrEmpty(body) ? null : body,
            // a message without text and media is one whose body was redacted
            Change = body is "" && !hasMedia ? RecordChange.Redacted : RecordChange.None,
            Parts =
                hasMedia && sid is not null
                    ?
                    [
                        new EventPart(
                            "application/octet-stream",
                            MediaOf(Either(record, "account_sid", "accountSid"), sid)
                        ),
                    ]
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

    /// <summary>Whether the verb Dial of another call started this one.</summary>
    static bool IsDialed(JsonElement record) =>
        string.Equals(record.Text("direction"), "outbound-dial", StringComparison.OrdinalIgnoreCase);

    /// <summary>A property of the API, which the command line of Twilio names in camel case.</summary>
    static string? Either(JsonElement record, string name, string camelCase) =>
        record.Text(name) is { Length: > 0 } text ? text
        : record.Text(camelCase) is { Length: > 0 } other ? other
        : null;

    static DateTimeOffset? Time(JsonElement record, string name, string camelCase) =>
        record.Time(name) ?? record.Time(camelCase);
}
