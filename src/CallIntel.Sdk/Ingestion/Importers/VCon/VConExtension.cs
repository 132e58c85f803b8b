using System.Text.Json;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Exports;
using CallIntel.Sdk.Ingestion.Importers.Files;
using CallIntel.Sdk.Ingestion.Importers.Mapping;

namespace CallIntel.Sdk.Ingestion.Importers.VCon;

/// <summary>
/// The object of a dialog with the data that the draft does not define. <see cref="VConWriter"/> writes it, and
/// <see cref="VConDialogs"/> reads it.
/// </summary>
static class VConExtension
{
    internal const string Name = "callintel";

    internal static void Write(Utf8JsonWriter json, ConversationEvent e, string? body)
    {
        json.WriteStartObject(Name);
        json.WriteString("channel", Text(e.Channel));
        json.WriteString("outcome", Text(e.Outcome));
        if (e.ExternalId is null)
            json.WriteNull("externalId");
        json.WriteString("conversationId", e.Details?.ConversationId);
        json.WriteString("status", e.Details?.Status);
        WriteKnown(json, "parentId", e.Details?.ParentId);
        WriteKnown(json, "errorCode", e.Details?.ErrorCode);
        WriteKnown(json, "currency", e.Details?.Currency);
        if (e.Details?.Leg is { } leg)
            json.WriteNumber("leg", leg);
        if (e.Details?.Price is { } price)
            json.WriteNumber("price", price);
        WriteKnown(json, "body", body);
        json.WriteStartArray("parts");
        foreach (ConversationPart part in e.Parts.Where(part => part.Reference is not null))
        {
            json.WriteStartObject();
            json.WriteString("mediatype", part.MediaType);
            json.WriteString("reference", part.Reference);
            if (part.Size is { } size)
                json.WriteNumber("size", size);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteStartArray("parties");
        int next = 2;
        foreach (ConversationParty party in e.OtherParties)
        {
            json.WriteStartObject();
            if (party.Contact is not null)
                json.WriteNumber("party", next++);
            json.WriteString("role", Text(party.Role));
            json.WriteString("outcome", Text(party.Outcome));
            if (party.StartedAt is { } started)
                json.WriteString("start", started);
            if (party.Duration is { } duration)
                json.WriteNumber("duration", (long)duration.TotalSeconds);
            WriteKnown(json, "status", party.Status);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>
    /// Returns the record with the data of the dialog's extension. Without an extension, returns the record unchanged.
    /// </summary>
    /// <param name="record">The record with the data that the draft defines.</param>
    /// <param name="dialog">The dialog.</param>
    /// <param name="addressOf">Returns the address of a party, by its index.</param>
    internal static EventRecord Apply(EventRecord record, JsonElement dialog, Func<int, ProviderParty> addressOf)
    {
        if (dialog.Find(Name) is not { ValueKind: JsonValueKind.Object } own)
            return record;
        return record with
        {
            Channel = Code(own, "channel", record.Channel),
            Outcome = Code(own, "outcome", record.Outcome),
            ExternalId =
                own.TryGetProperty("externalId", out JsonElement id) && id.ValueKind is JsonValueKind.Null
                    ? null
                    : record.ExternalId,
            Body = own.Text("body") ?? record.Body,
            Parts =
            [
                .. own.List("parts")
                    .Select(part => new EventPart(
                        part.Text("mediatype") ?? "",
                        part.Text("reference") ?? "",
                        Whole(part, "size")
                    )),
            ],
            OtherParties = [.. own.List("parties").Select(party => Party(party, addressOf))],
            Details = record.Details! with
            {
                ConversationId = own.Text("conversationId"),
                Status = own.Text("status"),
                ParentId = own.Text("parentId"),
                ErrorCode = own.Text("errorCode"),
                Currency = own.Text("currency"),
                Leg = (int?)Whole(own, "leg", int.MaxValue),
                Price = own.Number("price"),
            },
        };
    }

    static EventParty Party(JsonElement party, Func<int, ProviderParty> addressOf)
    {
        ProviderParty address = Whole(party, "party", int.MaxValue) is { } index ? addressOf((int)index) : default;
        return new EventParty(address.Address, Code(party, "role", default(PartyRole)), address.Kind)
        {
            Outcome = Code(party, "outcome", EventOutcome.Unknown),
            StartedAt = party.Time("start"),
            Duration = party.Seconds("duration"),
            Status = party.Text("status"),
        };
    }

    /// <summary>
    /// The value of a code, or <paramref name="otherwise"/> if its name is unknown.
    /// </summary>
    static T Code<T>(JsonElement own, string name, T otherwise)
        where T : struct, Enum =>
        Enum.TryParse(own.Text(name), ignoreCase: true, out T code) && Enum.IsDefined(code) ? code : otherwise;

    /// <summary>
    /// A whole number from 0 to <paramref name="most"/>. Null if the property is missing or has another value.
    /// </summary>
    static long? Whole(JsonElement element, string name, long most = long.MaxValue) =>
        element.Find(name) is { ValueKind: JsonValueKind.Number } number
        && number.TryGetInt64(out long value)
        && value >= 0
        && value <= most
            ? value
            : null;

    static string Text<T>(T code)
        where T : struct, Enum => JsonNamingPolicy.CamelCase.ConvertName(code.ToString());

    static void WriteKnown(Utf8JsonWriter json, string name, string? value)
    {
        if (value is not null)
            json.WriteString(name, value);
    }
}
