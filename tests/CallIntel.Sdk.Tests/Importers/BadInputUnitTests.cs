using System.Text;
using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion.Importers;
using CallIntel.Sdk.Ingestion.Importers.Mapping;
using static CallIntel.Sdk.Tests.Importers.Importing;

namespace CallIntel.Sdk.Tests.Importers;

public sealed class BadInputUnitTests
{
    [Theory]
    [InlineData("")]
    [InlineData("\r\n \t\r\n")]
    [InlineData("\uFEFF\n")]
    public async Task An_empty_file_is_refused_by_that_name(string text)
    {
        CallIntelException refused = await Assert.ThrowsAsync<CallIntelException>(async () =>
            await FileImport
                .ReadAsync(Importing.Utf8(text), new(), TestContext.Current.CancellationToken)
                .ToListAsync(TestContext.Current.CancellationToken)
        );
        Assert.Equal("CI0023", refused.Code);
        Assert.Contains("empty", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("asterisk")]
    [InlineData("whatsapp")]
    public async Task An_empty_file_of_a_named_format_has_no_records(string format) =>
        Assert.Empty(
            await FileImport
                .ReadAsync(
                    Importing.Utf8(""),
                    new FileImportOptions { Format = format, TimeZone = "Etc/UTC" },
                    TestContext.Current.CancellationToken
                )
                .ToListAsync(TestContext.Current.CancellationToken)
        );

    const string Header = "time,from,text\n",
        Good = "2026-01-05T10:00:00Z,+4532123456,good\n";

    [Theory]
    [InlineData(",+4532123456,x", RejectReason.MissingTime)]
    [InlineData("yesterday,+4532123456,x", RejectReason.Malformed)]
    [InlineData("2026-13-05T10:00:00Z,+4532123456,x", RejectReason.Malformed)]
    [InlineData("2026-01-05T10:00:00Z,+4532123456", RejectReason.Malformed)]
    [InlineData("2026-01-05T10:00:00Z,+4532123456,x,y", RejectReason.Malformed)]
    [InlineData("2026-01-05T10:00:00Z,+4532123456,\"x\"y", RejectReason.Malformed)]
    [InlineData("0,0,0,0", RejectReason.Malformed)]
    public async Task Unreadable_records_are_rejected_with_their_text_and_reading_continues(
        string line,
        RejectReason reason
    )
    {
        List<EventRecord> records = await ReadAsync(Header + Good + line + "\n" + Good, Messages());

        Assert.Equal([null, reason, null], records.Select(record => record.RejectReason));
        Assert.Equal((line, "2"), (records[1].Raw, RecordOf(records[1].Cursor)));
    }

    [Theory]
    [InlineData("99999999999999999999999999999999", RejectReason.Malformed)]
    [InlineData("9999999999999999999", RejectReason.TimeOutOfRange)]
    [InlineData("-99999999999", RejectReason.TimeOutOfRange)]
    [InlineData("1e9", RejectReason.Malformed)]
    public async Task Numbers_out_of_range_are_rejected_as_times(string time, RejectReason reason)
    {
        EventRecord record = Assert.Single(await ReadAsync($"time,from,to,seconds\n{time},10,7,60\n", Calls()));

        Assert.Equal(reason, record.RejectReason);
    }

    [Theory]
    [InlineData("x", RejectReason.Malformed)]
    [InlineData("999999999999", RejectReason.DurationOutOfRange)]
    public async Task Durations_out_of_range_are_rejected(string duration, RejectReason reason)
    {
        EventRecord record = Assert.Single(await ReadAsync($"time,from,to,seconds\n1,10,7,{duration}\n", Calls()));

        Assert.Equal(reason, record.RejectReason);
    }

    [Fact]
    public async Task Values_that_the_map_does_not_contain_are_rejected()
    {
        CsvMapping mapping = Messages();
        mapping.Direction = new()
        {
            Field = "from",
            Map = new Dictionary<string, EventDirection> { ["in"] = EventDirection.Inbound },
        };
        mapping.Party = null;

        List<EventRecord> records = await ReadAsync(
            Header + "2026-01-05T10:00:00Z,IN,x\n2026-01-05T10:00:00Z,sideways,x\n",
            mapping
        );

        Assert.Equal([null, RejectReason.UnknownCode], records.Select(record => record.RejectReason));
    }

    [Fact]
    public async Task Bytes_that_are_not_UTF_8_reject_only_their_record()
    {
        byte[] file =
        [
            .. Encoding.UTF8.GetBytes(Header + Good.Replace("good", "g\u00F8d", StringComparison.Ordinal)),
            .. Encoding.Latin1.GetBytes("2026-01-05T10:00:00Z,+4532123456,s\u00F8d\n"),
            .. Encoding.UTF8.GetBytes(Good),
        ];

        List<EventRecord> records = await ReadAsync(new MemoryStream(file), Messages());

        Assert.Equal([null, RejectReason.WrongEncoding, null], records.Select(record => record.RejectReason));
        Assert.EndsWith("s\u00F8d", records[1].Raw);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\"")]
    public async Task A_very_long_line_is_rejected_without_holding_it_in_memory(string quote)
    {
        // nothing here waits, so all of it runs on this thread
        long before = GC.GetAllocatedBytesForCurrentThread();
        List<EventRecord> records = await ReadAsync(
            new LongStream(Header + Good + "2026-01-05T10:00:00Z,+4532123456," + quote, 100 << 20, quote + "\n" + Good),
            Messages()
        );

        Assert.Equal([null, RejectReason.TextTooLong, null], records.Select(record => record.RejectReason));
        Assert.Equal(1 << 16, records[1].Raw!.Length);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 32 << 20);
    }

    [Fact]
    public async Task Text_inside_quotes_never_becomes_a_record()
    {
        string forged = string.Concat(Enumerable.Repeat("\n2026-01-05T10:00:00Z,+4599999999,forged", 200_000));

        List<EventRecord> records = await ReadAsync(
            Header + $"2026-01-05T10:00:00Z,+4532123456,\"{forged}\"\n" + Good,
            Messages()
        );

        Assert.Equal([RejectReason.TextTooLong, null], records.Select(record => record.RejectReason));
    }

    [Fact]
    public async Task A_quote_that_is_never_closed_is_an_error_if_it_hides_further_lines()
    {
        CallIntelException refused = await RefusedAsync(
            Header + Good + "2026-01-05T10:00:00Z,,\"x\n" + Good,
            Messages()
        );
        Assert.Equal(ErrorCodes.UnreadableFile, refused.Code);
        Assert.Contains("line 3", refused.Message, StringComparison.Ordinal);

        List<EventRecord> records = await ReadAsync(Header + Good + "2026-01-05T10:00:00Z,,\"cut off", Messages());
        Assert.Equal([null, RejectReason.Malformed], records.Select(record => record.RejectReason));
    }

    [Fact]
    public async Task Missing_and_damaged_files_are_coded_errors()
    {
        string missing = Path.Combine(AppContext.BaseDirectory, "no-such-file.csv");
        Stream damaged = Gzip(
            Header
                + string.Concat(
                    Enumerable
                        .Range(0, 20_000)
                        .Select(i => $"2026-01-05T10:00:00Z,,{Convert.ToHexString(BitConverter.GetBytes(i * 7919))}\n")
                )
        );
        damaged.SetLength(damaged.Length / 2);
        Stream withoutChecksum = Gzip(Header + Good);
        withoutChecksum.SetLength(withoutChecksum.Length - 8);

        Func<Task>[] reads =
        [
            () =>
                CsvImporter
                    .ReadAsync(missing, Messages(), TestContext.Current.CancellationToken)
                    .ToListAsync(TestContext.Current.CancellationToken)
                    .AsTask(),
            () =>
                CsvImporter
                    .ReadAsync(AppContext.BaseDirectory, Messages(), TestContext.Current.CancellationToken)
                    .ToListAsync(TestContext.Current.CancellationToken)
                    .AsTask(),
            () => ReadAsync(damaged, Messages()),
            () => ReadAsync(withoutChecksum, Messages()),
            () => ReadAsync(new MemoryStream([0x1F, 0x8B, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]), Messages()),
        ];
        foreach (Func<Task> read in reads)
            Assert.Equal(ErrorCodes.UnreadableFile, (await Assert.ThrowsAsync<CallIntelException>(read)).Code);
    }
}
