using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion.Importers;
using CallIntel.Sdk.Ingestion.Importers.Mapping;
using CallIntel.Sdk.Tenancy;
using static CallIntel.Sdk.Tests.Importers.Importing;

namespace CallIntel.Sdk.Tests.Importers;

public sealed class CsvImporterUnitTests
{
    [Theory]
    [InlineData("time,from,text\n2026-01-05T10:00:00Z,+4532123456,hi\n")]
    [InlineData("time,from,text\r\n2026-01-05T10:00:00Z,+4532123456,hi\r\n")]
    [InlineData("\uFEFFtime,from,text\n2026-01-05T10:00:00Z,+4532123456,hi")]
    [InlineData("text,ignored,from,time\n\n\"hi\",\"a,b\",\"+4532123456\",2026-01-05 10:00:00\n\n")]
    public async Task Line_ends_byte_order_mark_empty_lines_and_column_order_do_not_matter(string file)
    {
        EventRecord record = Assert.Single(await ReadAsync(file, Messages()));

        Assert.Null(record.RejectReason);
        Assert.Equal(
            (new DateTimeOffset(2026, 1, 5, 10, 0, 0, TimeSpan.Zero), "+4532123456", "hi"),
            (record.OccurredAt, record.Party, record.Body)
        );
        Assert.Equal(
            (EventChannel.Sms, EventDirection.Inbound, "1"),
            (record.Channel, record.Direction, RecordOf(record.Cursor))
        );
    }

    [Theory]
    [InlineData("\"a,b\"", "a,b")]
    [InlineData("\"first\nsecond\r\nthird\"", "first\nsecond\r\nthird")]
    [InlineData("\"she said \"\"no\"\"\"", "she said \"no\"")]
    [InlineData("\"\"\"\"", "\"")]
    [InlineData("\"\"", "")]
    [InlineData("5\" screen", "5\" screen")]
    [InlineData("", "")]
    public async Task Fields_are_read_as_RFC_4180_defines(string field, string expected)
    {
        List<EventRecord> records = await ReadAsync(
            $"time,from,text\n2026-01-05T10:00:00Z,,{field}\n2026-01-05T10:00:01Z,,next\n",
            Messages()
        );

        Assert.Equal([expected, "next"], records.Select(record => record.Body));
        Assert.All(records, record => Assert.Null(record.Party));
    }

    [Fact]
    public async Task Without_quoting_a_quote_is_an_ordinary_character_and_a_sequence_replaces_times()
    {
        CsvMapping mapping = Messages();
        (mapping.Delimiter, mapping.Quoting, mapping.Columns) = ("\t", false, ["label", "text"]);
        mapping.Time = new()
        {
            Format = TimeFormat.Sequence,
            Epoch = new(2026, 1, 5, 0, 0, 0, TimeSpan.Zero),
            Step = 60,
        };
        mapping.Party = new() { Constant = "12345" };

        List<EventRecord> records = await ReadAsync("ham\t\"Hello\nspam\tWIN, now\n", mapping);

        Assert.Equal(["\"Hello", "WIN, now"], records.Select(record => record.Body));
        Assert.Equal([0, 60], records.Select(record => (record.OccurredAt - mapping.Time.Epoch).TotalSeconds));
        Assert.All(records, record => Assert.Equal("12345", record.Party));
    }

    [Fact]
    public async Task The_own_rule_determines_direction_party_and_member_and_skips_records_between_other_lines()
    {
        List<EventRecord> records = await ReadAsync(
            "time,from,to,seconds\n1,10,7,60\n2,8,11,-1\n3,10,11,5\n4,7,8,9\n",
            Calls()
        );

        Assert.Equal(
            [
                (EventDirection.Outbound, "7", "10"),
                (EventDirection.Inbound, "8", "11"),
                (EventDirection.Outbound, "11", "10"),
            ],
            records.Select(record =>
                (record.Direction, record.Party!, record.Member == MemberId.FromName("exchange", "10") ? "10" : "11")
            )
        );
        Assert.Equal(
            [EventOutcome.Completed, EventOutcome.Missed, EventOutcome.Completed],
            records.Select(record => record.Outcome)
        );
        Assert.Equal([60d, null, 5d], records.Select(record => record.Duration?.TotalSeconds));
        Assert.Equal(["1", "2", "3"], records.Select(record => RecordOf(record.Cursor)));
    }

    [Fact]
    public async Task Equal_lines_are_separate_records_and_keep_their_ids_when_the_file_begins_elsewhere()
    {
        const string Header = "time,from,to,seconds\n",
            Twin = "5,10,7,60\n";
        List<EventRecord> whole = await ReadAsync(Header + "4,10,7,60\n" + Twin + "5,10,8,60\n" + Twin, Calls());
        List<EventRecord> cut = await ReadAsync(Header + Twin + "5,10,8,60\n" + Twin + "6,10,8,60\n", Calls());

        Assert.Equal(4, whole.Select(record => record.LineId).Distinct().Count());
        Assert.Equal(whole[1..].Select(record => record.LineId), cut[..3].Select(record => record.LineId));
    }

    [Fact]
    public async Task Resuming_after_a_cursor_returns_the_following_records_with_the_same_ids()
    {
        const string File = "time,from,to,seconds\n5,10,7,60\n5,10,7,60\n5,10,7,60\n6,10,7,60\n";
        List<EventRecord> whole = await ReadAsync(File, Calls());

        List<EventRecord> rest = await CsvImporter
            .ReadAsync(Utf8(File), Calls(), whole[1].Cursor, TestContext.Current.CancellationToken)
            .ToListAsync(TestContext.Current.CancellationToken);

        Assert.Equal(whole[2..], rest);
    }

    [Theory]
    [InlineData("time,from,to,seconds\n5,10,7,61\n5,10,7,60\n5,10,7,60\n6,10,7,60\n")]
    [InlineData("time,from,to,seconds\n5,10,7,60\n")]
    public async Task Cursors_of_other_files_are_refused(string other)
    {
        List<EventRecord> whole = await ReadAsync("time,from,to,seconds\n5,10,7,60\n5,10,7,60\n", Calls());

        foreach (string cursor in (string[])[whole[1].Cursor!, "2", "", "x-1:2"])
            Assert.Equal(
                ErrorCodes.CursorOfAnotherFile,
                (
                    await Assert.ThrowsAsync<CallIntelException>(async () =>
                        await CsvImporter
                            .ReadAsync(Utf8(other), Calls(), cursor, TestContext.Current.CancellationToken)
                            .CountAsync(TestContext.Current.CancellationToken)
                    )
                ).Code
            );
    }

    [Fact]
    public async Task A_short_file_that_grew_is_resumed_where_it_ended()
    {
        const string Header = "time,from,to,seconds\n5,10,7,60\n";
        string cursor = (await ReadAsync(Header, Calls()))[^1].Cursor!;

        List<EventRecord> rest = await CsvImporter
            .ReadAsync(Utf8(Header + "6,10,7,60\n"), Calls(), cursor, TestContext.Current.CancellationToken)
            .ToListAsync(TestContext.Current.CancellationToken);

        Assert.Equal(6, Assert.Single(rest).OccurredAt.ToUnixTimeSeconds());
    }

    [Fact]
    public async Task Gzip_files_are_decompressed()
    {
        List<EventRecord> records = await ReadAsync(Gzip("\uFEFFtime,from,to,seconds\n1,10,7,60\n"), Calls());

        Assert.Equal("7", Assert.Single(records).Party);
    }

    [Fact]
    public async Task A_gzip_file_with_several_members_is_read_to_its_end()
    {
        MemoryStream whole = new();
        foreach (
            string part in (string[])
                [
                    "time,from,to,seconds\n1,10,7,60\n2,10",
                    ",7,60\n",
                    string.Concat(Enumerable.Range(3, 50_000).Select(i => $"{i},10,7,60\n")),
                ]
        )
            await Gzip(part).CopyToAsync(whole, TestContext.Current.CancellationToken);
        whole.Position = 0;

        Assert.Equal(50_002, (await ReadAsync(whole, Calls())).Count);
    }

    [Fact]
    public async Task Files_without_records_return_no_records()
    {
        Assert.Empty(await ReadAsync("", Messages()));
        Assert.Empty(await ReadAsync("time,from,text\n", Messages()));
    }

    [Theory]
    [InlineData(TimeFormat.UnixSeconds, "1767607200", "2026-01-05T10:00:00.000+00:00")]
    [InlineData(TimeFormat.UnixSeconds, "1767607200.5", "2026-01-05T10:00:00.500+00:00")]
    [InlineData(TimeFormat.UnixMilliseconds, "1767607200123", "2026-01-05T10:00:00.123+00:00")]
    [InlineData(TimeFormat.Seconds, "86400", "2026-01-06T00:00:00.000+00:00")]
    [InlineData(TimeFormat.Iso8601, "2026-01-05T10:00:00+01:00", "2026-01-05T10:00:00.000+01:00")]
    [InlineData(TimeFormat.Iso8601, "2026-01-05T10:00:00.25Z", "2026-01-05T10:00:00.250+00:00")]
    [InlineData(TimeFormat.Iso8601, "2026-07-05 10:00", "2026-07-05T10:00:00.000+02:00")]
    [InlineData(TimeFormat.Custom, "05/01/2026 10.00", "2026-01-05T10:00:00.000+01:00")]
    public async Task Times_are_read_as_the_mapping_defines(TimeFormat format, string text, string expected)
    {
        CsvMapping mapping = Messages();
        mapping.Time = new()
        {
            Field = "time",
            Format = format,
            Pattern = "dd/MM/yyyy HH.mm",
            TimeZone = "Europe/Copenhagen",
            Epoch = new(2026, 1, 5, 0, 0, 0, TimeSpan.Zero),
        };

        EventRecord record = Assert.Single(await ReadAsync($"time,from,text\n{text},,x\n", mapping));

        Assert.Equal(expected, record.OccurredAt.ToString("yyyy-MM-dd'T'HH:mm:ss.fffzzz", null));
    }
}
