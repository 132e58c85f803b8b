using System.IO.Compression;
using System.Text;
using CallIntel.Sdk.Contacts;
using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion.Importers;
using static CallIntel.Sdk.Tests.Importers.Importing;

namespace CallIntel.Sdk.Tests.Importers.WhatsApp;

/// <summary>Chats that WhatsApp exports, in the notations of several languages and phones.</summary>
public sealed class WhatsAppImporterUnitTests
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("05/01/2026, 09:30 - Anna: a", "2026-01-05T09:30")]
    [InlineData("1/5/26, 9:30 PM - Anna: a", "2026-01-05T21:30")]
    [InlineData("1/5/26, 12:30 AM - Anna: a", "2026-01-05T00:30")]
    [InlineData("5/1/2026, 9:30 pm - Anna: a", "2026-01-05T21:30")]
    [InlineData("05.01.26, 09:30 - Anna: a", "2026-01-05T09:30")]
    [InlineData("2026-01-05, 09:30 - Anna: a", "2026-01-05T09:30")]
    [InlineData("[05.01.26, 09:30:15] Anna: a", "2026-01-05T09:30")]
    [InlineData("[2026/01/05, 09:30:15] Anna: a", "2026-01-05T09:30")]
    [InlineData("[1/5/26, 9:30:15\u202FAM] Anna: a", "2026-01-05T09:30")]
    [InlineData("[5.1.2026 klo 9.30.15] Anna: a", "2026-01-05T09:30")]
    [InlineData("5/1/26 9:30 p. m. - Anna: a\n13/1/26 9:30 p. m. - Anna: b", "2026-01-05T21:30")]
    [InlineData("10/11/26, 09:30 - Anna: a\n10/13/26, 09:30 - Anna: b", "2026-10-11T09:30")]
    [InlineData("10/11/26, 09:30 - Anna: a\n11/12/26, 09:30 - Anna: b\n12/01/26, 09:30 - Anna: c", "2026-10-11T09:30")]
    [InlineData("10/11/26, 09:30 - Anna: a\n01/12/26, 09:30 - Anna: b\n02/12/26, 09:30 - Anna: c", "2026-11-10T09:30")]
    public async Task The_order_of_day_and_month_is_determined_for_the_whole_file(string chat, string first)
    {
        EventRecord record = (await ReadAsync(chat))[0];
        Assert.Equal(first, $"{record.OccurredAt:yyyy-MM-dd'T'HH:mm}");
        Assert.Equal("a", record.Body);
    }

    [Fact]
    public async Task The_name_of_the_file_shows_the_sides_of_a_chat_of_two_people()
    {
        const string Chat = "05/01/2026, 09:30 - Anna Berg: a\n05/01/2026, 09:31 - Bo: b\n";
        foreach (
            string name in (string[])
                ["WhatsApp Chat with Anna Berg.txt", "WhatsApp-Chat mit Anna Berg", "WhatsApp Chat - Anna Berg.zip"]
        )
            Assert.Equal(
                [(EventDirection.Inbound, "Anna Berg"), (EventDirection.Outbound, "Anna Berg")],
                (await ReadAsync(Chat, name)).Select(r => (r.Direction, r.Party!))
            );
        Assert.All(await ReadAsync(Chat, "WhatsApp Chat with Anna Berg.txt"), record =>
            Assert.Equal(DirectionBasis.Role, record.DirectionBasis)
        );
    }

    [Fact]
    public async Task Without_an_own_side_every_message_is_received_and_counted_as_assumed() =>
        Assert.Equal(
            [
                (EventDirection.Inbound, DirectionBasis.Assumed, "Anna"),
                (EventDirection.Inbound, DirectionBasis.Assumed, "Bo"),
            ],
            (await ReadAsync("05/01/2026, 09:30 - Anna: a\n05/01/2026, 09:31 - Bo: b\n")).Select(r =>
                (r.Direction, r.DirectionBasis, r.Party!)
            )
        );

    [Fact]
    public async Task Names_are_ids_and_numbers_are_numbers()
    {
        List<EventRecord> records = await ReadAsync(
            "05/01/2026, 09:30 - +45 32 12 34 56: a\n05/01/2026, 09:31 - Anna 2: b\n"
        );
        Assert.Equal(
            [("+45 32 12 34 56", PartyKind.NumberOrId), ("Anna 2", PartyKind.OpaqueId)],
            records.Select(r => (r.Party!, r.PartyKind))
        );
    }

    [Theory]
    [InlineData("_chat.txt", "whatsapp")]
    [InlineData("WhatsApp Chat with Anna.txt", "whatsapp")]
    [InlineData("notes.txt", null)]
    public async Task A_zip_archive_is_recognized_by_the_chat_in_it(string entry, string? format)
    {
        using MemoryStream zip = Zip((entry, "05/01/2026, 09:30 - Anna: a\n"), ("IMG-1.jpg", "x"));
        await using (RecordFile file = await RecordFile.OpenAsync(zip, cancellationToken: Cancellation))
            Assert.Equal(format, ImporterRegistry.BuiltIn.Detect(file)?.Format);
        if (format is null)
            return;
        zip.Position = 0;
        EventRecord record = Assert.Single(
            await FileImport
                .ReadAsync(zip, new FileImportOptions { TimeZone = "Etc/UTC" }, Cancellation)
                .ToListAsync(Cancellation)
        );
        Assert.Equal("line 1", record.Place);
    }

    [Theory]
    [InlineData("_chat.txt", "a text about a chat\n")]
    [InlineData("WhatsApp Chat with Anna.txt", "")]
    public async Task A_zip_archive_with_another_text_is_not_a_chat(string entry, string text)
    {
        using MemoryStream zip = Zip((entry, text));
        await using RecordFile file = await RecordFile.OpenAsync(zip, cancellationToken: Cancellation);
        Assert.Null(ImporterRegistry.BuiltIn.Detect(file));
        Assert.Equal(
            ErrorCodes.WrongFormat,
            (
                await Assert.ThrowsAsync<CallIntelException>(async () =>
                    await WhatsAppImporter
                        .ReadAsync(new MemoryStream(zip.ToArray()), "", Options(), Cancellation)
                        .CountAsync(Cancellation)
                )
            ).Code
        );
    }

    [Fact]
    public async Task Equal_messages_of_the_same_minute_are_kept_apart_and_the_next_export_repeats_their_ids()
    {
        const string Chat = "05/01/2026, 09:30 - Anna: ok\n05/01/2026, 09:30 - Anna: ok\n";
        string?[] ids = [.. (await ReadAsync(Chat)).Select(record => record.LineId)];
        Assert.Equal(2, ids.Distinct().Count());
        Assert.Equal(ids, (await ReadAsync(Chat + "05/01/2026, 09:31 - Anna: c\n")).Take(2).Select(r => r.LineId));
    }

    [Fact]
    public async Task Text_that_belongs_to_no_message_and_damaged_text_are_rejected_as_delivered()
    {
        byte[] chat =
        [
            .. "what is this?\n05/01/2026, 09:30 - Anna: a"u8,
            0xC3,
            .. "\nline 2\n05/01/2026, 25:00 - Anna: b\n05/01/2026, 09:31 - Anna: ok"u8,
        ];
        List<EventRecord> records = await WhatsAppImporter
            .ReadAsync(new MemoryStream([0xEF, 0xBB, 0xBF, .. chat]), "", Options(), Cancellation)
            .ToListAsync(Cancellation);

        Assert.Equal(
            [
                ("line 1", RejectReason.Malformed),
                ("line 2", RejectReason.WrongEncoding),
                ("line 4", RejectReason.Malformed),
                ("line 5", null),
            ],
            records.Select(record => (record.Place!, record.RejectReason))
        );
        Assert.Equal(
            chat,
            Encoding.Latin1.GetBytes(string.Join('\n', records.Select(record => record.Raw))) // bytes as characters
        );
    }

    static WhatsAppImportOptions Options() => new() { TimeZone = "Etc/UTC" };

    static async Task<List<EventRecord>> ReadAsync(string chat, string name = "") =>
        await WhatsAppImporter.ReadAsync(Utf8(chat), name, Options(), Cancellation).ToListAsync(Cancellation);

    static MemoryStream Zip(params IEnumerable<(string Name, string Text)> files)
    {
        MemoryStream zip = new();
        using (ZipArchive archive = new(zip, ZipArchiveMode.Create, leaveOpen: true))
            foreach ((string name, string text) in files)
            {
                using Stream entry = archive.CreateEntry(name).Open();
                entry.Write(Encoding.UTF8.GetBytes(text));
            }
        zip.Position = 0;
        return zip;
    }
}
