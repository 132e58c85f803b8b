using System.Globalization;
using System.IO.Compression;
using System.Text;
using CallIntel.Sdk.Contacts;
using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion.Importers;
using CallIntel.Sdk.Ingestion.Importers.Android;
using CallIntel.Sdk.Ingestion.Importers.Asterisk;
using CallIntel.Sdk.Ingestion.Importers.GoogleVoice;
using CallIntel.Sdk.Ingestion.Importers.RingCentral;
using CallIntel.Sdk.Ingestion.Importers.Twilio;
using CallIntel.Sdk.Ingestion.Importers.VCon;

namespace CallIntel.Sdk.Tests.Importers;

/// <summary>Every importer on a file with the peculiarities of its format, against what it should make of it: <c>Golden/X.golden</c> beside <c>Golden/X</c>.</summary>
public sealed class GoldenUnitTests
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<string, ImportFormat> Files =>
        new()
        {
            { "android-messages.xml", ImportFormat.AndroidBackup },
            { "android-calls.xml", ImportFormat.AndroidBackup },
            { "twilio-messages.jsonl", ImportFormat.TwilioBulkExport },
            { "twilio-calls.jsonl", ImportFormat.TwilioBulkExport },
            { "ringcentral-sync.json", ImportFormat.RingCentralCallLog },
            { "asterisk-master.csv", ImportFormat.AsteriskCdr },
            { "google-voice-text.html", ImportFormat.GoogleVoiceTakeout },
            { "google-voice-group.html", ImportFormat.GoogleVoiceTakeout },
            { "google-voice-voicemail.html", ImportFormat.GoogleVoiceTakeout },
            { "google-voice-missed.html", ImportFormat.GoogleVoiceTakeout },
            { "vcon.json", ImportFormat.VCon },
        };

    [Theory]
    [MemberData(nameof(Files))]
    public async Task A_file_becomes_the_records_that_are_written_beside_it(string file, ImportFormat format)
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
    public async Task A_file_is_known_by_its_beginning_packed_or_not(string file, ImportFormat format)
    {
        byte[] bytes = await BytesAsync(file);
        Assert.Equal(format, await ImportFormats.DetectAsync(new MemoryStream(bytes), Cancellation));
        Assert.Equal(format, await ImportFormats.DetectAsync(Pack(bytes), Cancellation));
        Assert.Equal(
            format,
            await ImportFormats.DetectAsync(new MemoryStream([0xEF, 0xBB, 0xBF, .. bytes]), Cancellation)
        );
    }

    [Theory]
    [MemberData(nameof(Files))]
    public async Task Resuming_after_any_record_gives_the_records_that_follow(string file, ImportFormat format)
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
    public async Task A_cursor_of_another_file_is_refused(string file, ImportFormat format)
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

    internal static IAsyncEnumerable<EventRecord> Read(ImportFormat format, Stream stream, string? after = null) =>
        format switch
        {
            ImportFormat.AndroidBackup => AndroidBackup.ReadAsync(
                stream,
                new AndroidBackupOptions { After = after, LineScope = "phone" },
                Cancellation
            ),
            ImportFormat.TwilioBulkExport => TwilioBulkExport.ReadAsync(
                stream,
                new ImportOptions { After = after, LineScope = "twilio" },
                Cancellation
            ),
            ImportFormat.RingCentralCallLog => RingCentralCallLog.ReadAsync(
                stream,
                new RingCentralOptions { After = after, LineScope = "rc" },
                Cancellation
            ),
            ImportFormat.AsteriskCdr => AsteriskCdr.ReadAsync(
                stream,
                new AsteriskOptions
                {
                    After = after,
                    TimeZone = "Europe/Copenhagen",
                    LineScope = "pbx",
                },
                Cancellation
            ),
            ImportFormat.GoogleVoiceTakeout => GoogleVoiceTakeout.ReadAsync(
                stream,
                "Anna - Text - 2026-01-05T08_00_00Z.html",
                new ImportOptions { After = after },
                Cancellation
            ),
            ImportFormat.VCon => VConImporter.ReadAsync(stream, new VConOptions { After = after }, Cancellation),
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

    /// <summary>Everything a record says, one property after the other; line ends and other control characters escaped.</summary>
    static string Show(EventRecord r)
    {
        StringBuilder text = new();
        if (r.RejectReason is { } reason)
            text.Append(CultureInfo.InvariantCulture, $"REJECT {reason}");
        else
            text.Append(
                CultureInfo.InvariantCulture,
                $"{r.OccurredAt:yyyy-MM-dd'T'HH:mm:ss.fffK} {r.Channel} {r.Direction} {r.Outcome} {r.Party ?? "-"}/{r.PartyKind}"
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
                $"call={d.ConversationId} parent={d.ParentId} leg={d.Leg} status={d.Status} error={d.ErrorCode} price={d.Price?.ToString(CultureInfo.InvariantCulture)} {d.Currency} own={d.OwnNumber}"
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
