using System.Globalization;
using System.IO.Compression;
using System.Text;
using CallIntel.Sdk.Contacts;
using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion.Importers;

namespace CallIntel.Sdk.Tests.Importers;

/// <summary>
/// Reads a file with the peculiarities of each format, and compares the records with the golden file:
/// <c>Golden/X.golden</c> for <c>Golden/X</c>.
/// </summary>
public sealed class GoldenUnitTests
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<string, string> Files =>
        new()
        {
            { "android-messages.xml", "android" },
            { "android-calls.xml", "android" },
            { "twilio-messages.jsonl", "twilio" },
            { "twilio-calls.jsonl", "twilio" },
            { "ringcentral-sync.json", "ringcentral" },
            { "asterisk-master.csv", "asterisk" },
            { "google-voice-text.html", "google-voice" },
            { "google-voice-group.html", "google-voice" },
            { "google-voice-voicemail.html", "google-voice" },
            { "google-voice-missed.html", "google-voice" },
            { "vcon.json", "vcon" },
            { "whatsapp-ios-group.txt", "whatsapp" },
            { "whatsapp-android-us.txt", "whatsapp" },
            { "freeswitch.csv", "freeswitch" },
            { "freeswitch-fusionpbx.csv", "freeswitch" },
            { "freeswitch.json", "freeswitch" },
            { "sms-ie-messages.ndjson", "android" },
            { "sms-ie-calls.json", "android" },
        };

    [Theory]
    [MemberData(nameof(Files))]
    public async Task Each_file_is_read_as_the_records_in_its_golden_file(string file, string format)
    {
        List<EventRecord> records = await Read(format, new MemoryStream(await BytesAsync(file)))
            .ToListAsync(Cancellation);

        string actual = string.Concat(records.Select(record => Show(record) + "\n")),
            golden = Path.Combine(Folder, file + ".golden");
        if (!File.Exists(golden) || await File.ReadAllTextAsync(golden, Cancellation) != actual)
        {
            await File.WriteAllTextAsync(golden + ".received", actual, Cancellation);
            Assert.Fail($"{file}: see {golden}.received");
        }
    }

    [Theory]
    [MemberData(nameof(Files))]
    public async Task Formats_are_detected_by_the_beginning_of_plain_and_compressed_files(string file, string format)
    {
        byte[] bytes = await BytesAsync(file);
        foreach (
            Stream stream in (Stream[])
                [new MemoryStream(bytes), Pack(bytes), new MemoryStream([0xEF, 0xBB, 0xBF, .. bytes])]
        )
        {
            await using RecordFile opened = await RecordFile.OpenAsync(stream, cancellationToken: Cancellation);
            Assert.Equal(format, ImporterRegistry.BuiltIn.Detect(opened)?.Format);
        }
    }

    [Theory]
    [MemberData(nameof(Files))]
    public async Task Resuming_after_any_record_returns_the_records_that_follow(string file, string format)
    {
        byte[] bytes = await BytesAsync(file);
        List<EventRecord> all = await Read(format, new MemoryStream(bytes)).ToListAsync(Cancellation);
        for (int i = 0; i < all.Count; i++)
            Assert.Equal(
                all.Skip(i + 1).Select(Show),
                await Read(format, Pack(bytes), all[i].Cursor).Select(Show).ToListAsync(Cancellation)
            );
    }

    [Theory]
    [MemberData(nameof(Files))]
    public async Task Cursors_of_other_files_are_refused(string file, string format)
    {
        byte[] bytes = await BytesAsync(file);
        foreach (string cursor in new[] { "2", "0123456789abcdef-10:2", "", "0123456789abcdef-99999999:1", "x-y:z" })
            Assert.Equal(
                ErrorCodes.CursorOfAnotherFile,
                (
                    await Assert.ThrowsAsync<CallIntelException>(async () =>
                        await Read(format, new MemoryStream(bytes), cursor).CountAsync(Cancellation)
                    )
                ).Code
            );
    }

    internal static IAsyncEnumerable<EventRecord> Read(string format, Stream stream, string? after = null) =>
        format switch
        {
            "android" => AndroidImporter.ReadAsync(
                stream,
                new AndroidImportOptions { After = after, LineScope = "phone" },
                Cancellation
            ),
            "twilio" => TwilioImporter.ReadAsync(
                stream,
                new TwilioImportOptions { After = after, LineScope = "twilio" },
                Cancellation
            ),
            "ringcentral" => RingCentralImporter.ReadAsync(
                stream,
                new RingCentralImportOptions { After = after, LineScope = "rc" },
                Cancellation
            ),
            "asterisk" => AsteriskImporter.ReadAsync(
                stream,
                new AsteriskImportOptions
                {
                    After = after,
                    TimeZone = "Europe/Copenhagen",
                    LineScope = "pbx",
                },
                Cancellation
            ),
            "google-voice" => GoogleVoiceImporter.ReadAsync(
                stream,
                "Anna - Text - 2026-01-05T08_00_00Z.html",
                new ImportOptions { After = after },
                Cancellation
            ),
            "vcon" => VConImporter.ReadAsync(stream, new VConImportOptions { After = after }, Cancellation),
            "freeswitch" => FreeSwitchImporter.ReadAsync(
                stream,
                new FreeSwitchImportOptions
                {
                    After = after,
                    TimeZone = "Europe/Copenhagen",
                    LineScope = "pbx",
                },
                Cancellation
            ),
            "whatsapp" => WhatsAppImporter.ReadAsync(
                stream,
                "WhatsApp Chat with Anna Berg.txt",
                new WhatsAppImportOptions
                {
                    After = after,
                    TimeZone = "Europe/Copenhagen",
                    OwnLines = "^Me$",
                    LineScope = "phone",
                },
                Cancellation
            ),
            _ => throw new ArgumentOutOfRangeException(nameof(format)),
        };

    internal static string Folder => Path.Combine(AppContext.BaseDirectory, "Importers", "Golden");

    internal static Task<byte[]> BytesAsync(string file) =>
        File.ReadAllBytesAsync(Path.Combine(Folder, file), Cancellation);

    static MemoryStream Pack(byte[] bytes)
    {
        MemoryStream packed = new();
        using (GZipStream gzip = new(packed, CompressionLevel.Fastest, leaveOpen: true))
            gzip.Write(bytes);
        packed.Position = 0;
        return packed;
    }

    /// <summary>All properties of a record on one line. Line ends and other control characters are escaped.</summary>
    static string Show(EventRecord r)
    {
        StringBuilder text = new();
        if (r.RejectReason is { } reason)
            text.Append(CultureInfo.InvariantCulture, $"REJECT {reason}");
        else
            text.Append(
                CultureInfo.InvariantCulture,
                $"{r.OccurredAt:yyyy-MM-dd'T'HH:mm:ss.fffK} {r.Channel} {r.Direction} {r.Outcome} "
                    + $"{r.Party ?? "-"}/{r.PartyKind}"
            );
        Add("change", r.Change is RecordChange.None ? null : r.Change);
        Add("offset", r.LocalOffset);
        Add("duration", r.Duration);
        Add("id", r.ExternalId);
        Add("line", r.LineId);
        Add("member", r.Member is null ? null : "yes");
        Add("body", r.Body);
        Add("transcript", r.Transcript);
        Add("summary", r.Summary);
        Add("modified", r.ModifiedAt?.ToString("O", CultureInfo.InvariantCulture));
        foreach (EventParty p in r.OtherParties)
            Add("party", $"{p.Role} {p.Address ?? "-"}/{p.Kind} {p.StartedAt:O} {p.Duration} {p.Outcome} {p.Status}");
        foreach (EventPart p in r.Parts)
            Add("part", $"{p.MediaType} {p.Reference} {p.Size}");
        if (r.Details is { } d)
            Add(
                "details",
                $"call={d.ConversationId} parent={d.ParentId} leg={d.Leg} status={d.Status} "
                    + $"error={d.ErrorCode} price={d.Price?.ToString(CultureInfo.InvariantCulture)} {d.Currency} "
                    + $"own={d.OwnNumber}"
            );
        Add("place", r.Place);
        return text.ToString();

        void Add(string name, object? value)
        {
            if (value is not null)
                text.Append(CultureInfo.InvariantCulture, $" | {name}: ")
                    .Append(
                        string.Concat(
                            value
                                .ToString()!
                                .Select(c =>
                                    char.IsControl(c) || char.IsSurrogate(c) ? $"\\u{(int)c:x4}" : c.ToString()
                                )
                        )
                    );
        }
    }
}
