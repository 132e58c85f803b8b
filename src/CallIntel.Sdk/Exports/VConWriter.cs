using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using CallIntel.Sdk.Contacts;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion.Importers.Mapping;
using CallIntel.Sdk.Ingestion.Importers.VCon;
using CallIntel.Sdk.Tenancy;

namespace CallIntel.Sdk.Exports;

/// <summary>
/// Writes one event as a vCon. The own line is party 0, the contact is party 1, and the others follow.
/// </summary>
sealed class VConWriter(
    Utf8JsonWriter json,
    ConversationEvent e,
    IReadOnlyDictionary<ContactId, ContactNumber> numbers,
    DateTimeOffset createdAt
)
{
    const string Version = "0.4.0";

    /// <summary>Characters are escaped only where JSON requires it: the output is not embedded in HTML.</summary>
    internal static readonly JsonWriterOptions Options = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    readonly ConversationDetails _details = e.Details ?? new();
    readonly bool _isText = e.Channel is EventChannel.Sms or EventChannel.Mms;

    internal void Write()
    {
        json.WriteStartObject();
        json.WriteString("vcon", Version);
        json.WriteString("uuid", e.Id);
        json.WriteStartArray("extensions");
        json.WriteStringValue(VConExtension.Name);
        json.WriteEndArray();
        json.WriteString("created_at", createdAt);
        if (_details.ModifiedAt is { } modified)
            json.WriteString("updated_at", modified);
        WriteParties();
        json.WriteStartArray("dialog");
        WriteDialog();
        json.WriteEndArray();
        json.WriteStartArray("analysis");
        WriteAnalysis("transcript", e.Content?.Transcript);
        WriteAnalysis("summary", e.Content?.Summary);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    void WriteParties()
    {
        json.WriteStartArray("parties");
        json.WriteStartObject();
        if (_details.OwnNumber is { } own)
            WriteAddress(own, isNumber: own[0] is '+' or (>= '0' and <= '9') && ProviderParty.Read(own).Address == own);
        json.WriteString("role", "agent");
        json.WriteEndObject();
        WriteParty(e.Contact);
        foreach (ConversationParty party in e.OtherParties.Where(party => party.Contact is not null))
            WriteParty(party.Contact);
        json.WriteEndArray();
    }

    /// <summary>Writes a party, without an address if the number was withheld or is hidden from the member.</summary>
    void WriteParty(ContactId? contact)
    {
        json.WriteStartObject();
        if (contact is { } known && numbers.TryGetValue(known, out ContactNumber? number) && number.Value is { } value)
            // a short code is stored after its country; an import adds the country of its source again
            WriteAddress(
                number.Kind is NumberKind.ShortCode
                    ? value[(value.IndexOf(':', StringComparison.Ordinal) + 1)..]
                    : value,
                number.Kind is not NumberKind.OpaqueId
            );
        json.WriteEndObject();
    }

    void WriteAddress(string address, bool isNumber) =>
        json.WriteString(
            isNumber ? "tel"
                : address.StartsWith("sip:", StringComparison.Ordinal) ? "sip"
                : address.StartsWith("mailto:", StringComparison.Ordinal) ? "mailto"
                : address.StartsWith("did:", StringComparison.Ordinal) ? "did"
                : "name",
            address
        );

    void WriteDialog()
    {
        bool isIncomplete =
            !_isText && e.Outcome is not (EventOutcome.Completed or EventOutcome.Unknown or EventOutcome.Sent);
        json.WriteStartObject();
        json.WriteString(
            "type",
            _isText ? "text"
                : isIncomplete ? "incomplete"
                : "recording"
        );
        json.WriteString("start", e.OccurredAt);
        if (e.Duration is { } duration)
            json.WriteNumber("duration", (long)duration.TotalSeconds);
        json.WriteStartArray("parties");
        for (int party = 0; party < 2 + e.OtherParties.Count(party => party.Contact is not null); party++)
            json.WriteNumberValue(party);
        json.WriteEndArray();
        json.WriteNumber("originator", e.Direction is EventDirection.Outbound ? 0 : 1);
        if (isIncomplete)
            json.WriteString("disposition", DispositionOf(e.Outcome));
        if (e.ExternalId is not null)
            json.WriteString("message_id", e.ExternalId);
        if (_isText && e.Content?.Body is { } body)
        {
            json.WriteString("mediatype", "text/plain");
            json.WriteString("encoding", "none");
            json.WriteString("body", body);
        }
        else if (
            !_isText
            && e.Parts is [{ Reference: { } reference } part, ..]
            && reference.StartsWith("https:", StringComparison.Ordinal)
        )
        {
            json.WriteString("mediatype", part.MediaType);
            json.WriteString("url", reference);
        }
        VConExtension.Write(json, e, _isText ? null : e.Content?.Body);
        json.WriteEndObject();
    }

    void WriteAnalysis(string type, string? text)
    {
        if (text is null)
            return;
        json.WriteStartObject();
        json.WriteString("type", type);
        json.WriteNumber("dialog", 0);
        json.WriteString("vendor", VConExtension.Name);
        json.WriteString("encoding", "none");
        json.WriteString("body", text);
        json.WriteEndObject();
    }

    static string DispositionOf(EventOutcome outcome) =>
        outcome switch
        {
            EventOutcome.Missed => "no-answer",
            EventOutcome.Busy => "busy",
            EventOutcome.Failed => "failed",
            // the draft does not define these; the importer reads them as well
            _ => outcome.ToString().ToLower(CultureInfo.InvariantCulture),
        };
}
