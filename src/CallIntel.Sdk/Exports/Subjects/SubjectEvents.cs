using System.Globalization;
using System.Text.Json;
using CallIntel.Sdk.Contacts;
using CallIntel.Sdk.Crypto.Envelope;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Tenancy;

namespace CallIntel.Sdk.Exports;

/// <summary>
/// Writes the events of a person: a vCon, a line of JSON and a line of CSV for each. Numbers and ids of other parties,
/// and ids of members of the org, are left out.
/// </summary>
sealed class SubjectEvents(
    Stream vcons,
    JsonLines lines,
    CsvLines csv,
    IReadOnlyDictionary<ContactId, ContactNumber> numbers,
    IReadOnlySet<ContactId> subject,
    DateTimeOffset created
) : IDisposable
{
    readonly MemoryStream _vcon = new();
    readonly HashSet<Guid> _written = [];

    internal long Count => _written.Count;

    internal long Unopened { get; private set; }

    internal long Redacted { get; private set; }

    internal long Attachments { get; private set; }

    internal Task WriteHeaderAsync(CancellationToken cancellationToken) =>
        csv.WriteAsync(
            cancellationToken,
            [
                .. ConversationEvent.ExportedMetadata.Select(field => field.Name),
                "own_number",
                "other_parties",
                "body",
                "transcript",
                "summary",
                "attachments",
            ]
        );

    /// <summary>Writes an event once, even if the person takes part in it twice.</summary>
    internal async Task WriteAsync(ConversationEvent stored, CancellationToken cancellationToken)
    {
        if (!_written.Add(stored.Id))
            return;
        ConversationEvent e = Redact(stored);
        if (!IsWhole(e))
            Unopened++;
        Attachments += e.Parts.Count;
        _vcon.SetLength(0);
        using (Utf8JsonWriter json = new(_vcon, VConWriter.Options))
            new VConWriter(json, e, numbers, created).Write();
        _vcon.WriteByte((byte)'\n');
        await vcons
            .WriteAsync(_vcon.GetBuffer().AsMemory(0, (int)_vcon.Length), cancellationToken)
            .ConfigureAwait(false);
        await lines.WriteAsync("event", json => WriteJson(json, e), cancellationToken).ConfigureAwait(false);
        await csv.WriteAsync(
                cancellationToken,
                [
                    .. ConversationEvent.ExportedMetadata.Select(field => TextOf(field.Get(e))),
                    e.Details?.OwnNumber,
                    OthersOf(e).ToString(CultureInfo.InvariantCulture),
                    e.Content?.Body,
                    e.Content?.Transcript,
                    e.Content?.Summary,
                    string.Join(' ', e.Parts.Select(part => part.Reference)),
                ]
            )
            .ConfigureAwait(false);
    }

    public void Dispose() => _vcon.Dispose();

    /// <summary>
    /// Removes what identifies others. In a conversation of several people, ids of the source can contain numbers.
    /// </summary>
    ConversationEvent Redact(ConversationEvent e)
    {
        long others = OthersOf(e);
        Redacted += others;
        return e with
        {
            Member = null,
            Line = null,
            ExternalId = others > 0 ? null : e.ExternalId,
            Details =
                others > 0 && e.Details is { } details
                    ? details with
                    {
                        ConversationId = null,
                        ParentId = null,
                    }
                    : e.Details,
        };
    }

    /// <summary>The number of parties that are neither the person nor the org.</summary>
    long OthersOf(ConversationEvent e) =>
        e
            .OtherParties.Select(party => party.Contact)
            .Append(e.Contact)
            .OfType<ContactId>()
            .Distinct()
            .Count(contact => !subject.Contains(contact));

    void WriteJson(Utf8JsonWriter json, ConversationEvent e)
    {
        foreach ((string name, Func<ConversationEvent, object?> get) in ConversationEvent.ExportedMetadata)
            if (get(e) is double number)
                json.WriteNumber(name, number);
            else if (TextOf(get(e)) is { } text)
                json.WriteString(name, text);
        json.WriteString("own_number", e.Details?.OwnNumber);
        if (e.Contact is { } contact && subject.Contains(contact))
            json.WriteString("contact", contact.Value);
        json.WriteNumber("other_parties", OthersOf(e));
        if (e.Content is { } content)
        {
            json.WriteString("body", content.Body);
            json.WriteString("transcript", content.Transcript);
            json.WriteString("summary", content.Summary);
            if (content.Status is not DecryptResult.Ok)
                json.WriteString("content_status", content.Status.ToString());
        }
        json.WriteStartArray("attachments");
        foreach (ConversationPart part in e.Parts)
        {
            json.WriteStartObject();
            json.WriteString("media_type", part.MediaType);
            json.WriteString("reference", part.Reference);
            if (part.Size is { } size)
                json.WriteNumber("bytes", size);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    static string? TextOf(object? value) =>
        value switch
        {
            null => null,
            DateTimeOffset time => time.ToString("O", CultureInfo.InvariantCulture),
            _ => Convert.ToString(value, CultureInfo.InvariantCulture),
        };

    static bool IsWhole(ConversationEvent e) =>
        e.Content is null or { Status: DecryptResult.Ok }
        && e.Details is null or { OwnNumberStatus: DecryptResult.Ok }
        && e.Parts.All(part => part.Status is DecryptResult.Ok);
}
