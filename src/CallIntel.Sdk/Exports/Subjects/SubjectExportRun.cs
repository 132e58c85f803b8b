using CallIntel.Sdk.Contacts;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Privacy;
using CallIntel.Sdk.SubjectRequests;
using CallIntel.Sdk.Tenancy;

namespace CallIntel.Sdk.Exports;

/// <summary>Writes the files of one archive.</summary>
sealed partial class SubjectExportRun(
    OrgSession session,
    SubjectRequestId request,
    SubjectDiscovery found,
    SubjectExportOptions options,
    ArchiveHeader header,
    long withheld
)
{
    const int Page = 100;

    readonly HashSet<ContactId> _subject = [.. found.Contacts];
    readonly Dictionary<ContactId, ContactNumber> _numbers = [];

    internal long Events { get; private set; }

    internal List<ExportOmission> Omissions { get; } = [];

    internal async Task WriteAsync(SubjectArchive archive, CancellationToken cancellationToken)
    {
        await archive.AddAsync("article15.json", WriteFacts, cancellationToken).ConfigureAwait(false);
        await WriteContactsAsync(archive, cancellationToken).ConfigureAwait(false);
        await WriteEventsAsync(archive, cancellationToken).ConfigureAwait(false);
        SubjectRequestDetails details = await session
            .SubjectRequests.GetAsync(request, cancellationToken)
            .ConfigureAwait(false);
        await archive
            .AddAsync("request.json", json => WriteRequest(json, details), cancellationToken)
            .ConfigureAwait(false);
        NoteOmissions();
        await archive.AddManifestAsync(WriteManifest, cancellationToken).ConfigureAwait(false);
    }

    async Task WriteContactsAsync(SubjectArchive archive, CancellationToken cancellationToken)
    {
        EncryptedSpool csvFile = new();
        await using (csvFile.ConfigureAwait(false))
        {
            CsvLines csv = new(csvFile.Stream);
            await csv.WriteAsync(cancellationToken, "id", "name", "numbers").ConfigureAwait(false);
            long count = 0;
            await archive
                .AddAsync(
                    "contacts.jsonl",
                    "application/jsonl",
                    async file =>
                    {
                        using JsonLines lines = new(file);
                        foreach (ContactId[] page in found.Contacts.Chunk(Page))
                            await WriteContactsAsync(page, lines, csv, cancellationToken).ConfigureAwait(false);
                        return count = lines.Count;
                    },
                    cancellationToken
                )
                .ConfigureAwait(false);
            await AddSpoolAsync(archive, "contacts.csv", csvFile, count, cancellationToken).ConfigureAwait(false);
        }
    }

    async Task WriteContactsAsync(ContactId[] page, JsonLines lines, CsvLines csv, CancellationToken cancellationToken)
    {
        IReadOnlyDictionary<ContactId, ContactName> names = await session
            .Contacts.ListDisplayNamesAsync(page, cancellationToken)
            .ConfigureAwait(false);
        foreach (ContactId contact in page)
        {
            IReadOnlyList<ContactNumber> numbers = await session
                .Contacts.ListNumbersAsync(contact, cancellationToken)
                .ConfigureAwait(false);
            PrivacyRule? rule = await session.Privacy.FindAsync(contact, cancellationToken).ConfigureAwait(false);
            if (numbers.Count > 0)
                _numbers[contact] = numbers[0];
            string? name = names.GetValueOrDefault(contact)?.Value;
            await lines
                .WriteAsync(
                    "contact",
                    json =>
                    {
                        json.WriteString("id", contact.Value);
                        json.WriteString("name", name);
                        json.WriteStartArray("numbers");
                        foreach (ContactNumber number in numbers)
                            json.WriteStringValue(number.Value);
                        json.WriteEndArray();
                        if (rule is null)
                            return;
                        json.WriteStartObject("privacy_rule");
                        json.WriteString("level", rule.Level.ToString());
                        json.WriteBoolean("no_search", rule.NoSearch);
                        json.WriteBoolean("no_embedding", rule.NoEmbedding);
                        if (rule.RetentionDays is { } days)
                            json.WriteNumber("retention_days", days);
                        json.WriteEndObject();
                    },
                    cancellationToken
                )
                .ConfigureAwait(false);
            await csv.WriteAsync(
                    cancellationToken,
                    contact.ToString(),
                    name,
                    string.Join(' ', numbers.Select(number => number.Value))
                )
                .ConfigureAwait(false);
        }
    }

    async Task WriteEventsAsync(SubjectArchive archive, CancellationToken cancellationToken)
    {
        EncryptedSpool linesFile = new(),
            csvFile = new();
        await using (linesFile.ConfigureAwait(false))
        await using (csvFile.ConfigureAwait(false))
        {
            await archive
                .AddAsync(
                    "conversations.vcon.jsonl",
                    "application/jsonl",
                    async vcons =>
                    {
                        using JsonLines lines = new(linesFile.Stream);
                        using SubjectEvents events = new(
                            vcons,
                            lines,
                            new CsvLines(csvFile.Stream),
                            _numbers,
                            _subject,
                            header.CreatedAt
                        );
                        await WriteEventsAsync(events, cancellationToken).ConfigureAwait(false);
                        return Events;
                    },
                    cancellationToken
                )
                .ConfigureAwait(false);
            await AddSpoolAsync(archive, "events.jsonl", linesFile, Events, cancellationToken).ConfigureAwait(false);
            await AddSpoolAsync(archive, "events.csv", csvFile, Events, cancellationToken).ConfigureAwait(false);
        }
    }

    async Task WriteEventsAsync(SubjectEvents events, CancellationToken cancellationToken)
    {
        await events.WriteHeaderAsync(cancellationToken).ConfigureAwait(false);
        foreach (ContactId contact in found.Contacts)
        {
            EventFilter filter = EventFilter
                .All.ForContact(contact)
                .WithContent()
                .WithDetails()
                .ForPurpose(AccessPurpose.SubjectRequest);
            await foreach (
                ConversationEvent e in session.Events.ReadAsync(filter, cancellationToken).ConfigureAwait(false)
            )
                await events.WriteAsync(e, cancellationToken).ConfigureAwait(false);
        }
        await foreach (
            Guid id in session.SubjectRequests.ReadPartyEventsAsync(request, cancellationToken).ConfigureAwait(false)
        )
            if (await session.Events.FindWithDetailsAsync(id, cancellationToken).ConfigureAwait(false) is { } e)
                await events.WriteAsync(e, cancellationToken).ConfigureAwait(false);
        Events = events.Count;
        Omit(events.Unopened, "content, own numbers or attachments of events", "they cannot be decrypted");
        Omit(events.Redacted, "numbers and ids of other parties", "rights of others (GDPR article 15(4))");
        Omit(events.Attachments, "files that attachments refer to", "CallIntel stores references to files, not files");
    }

    static Task AddSpoolAsync(
        SubjectArchive archive,
        string name,
        EncryptedSpool spool,
        long records,
        CancellationToken cancellationToken
    ) =>
        archive.AddAsync(
            name,
            name.EndsWith(".csv", StringComparison.Ordinal) ? "text/csv" : "application/jsonl",
            async file =>
            {
                await spool.CopyToAsync(file, cancellationToken).ConfigureAwait(false);
                return records;
            },
            cancellationToken
        );
}
