using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion.Importers;

namespace CallIntel.Sdk.Tests.Importers;

/// <summary>Layouts, durations and directions of call detail records.</summary>
public sealed class AsteriskImporterUnitTests
{
    const string Tail = ",2026-01-05 10:00:00,2026-01-05 10:00:05,2026-01-05 10:01:05,65,60,ANSWERED,DOCUMENTATION";

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("42", 42)]
    [InlineData("42.001250", 42.00125)]
    [InlineData("0.000000", 0)]
    [InlineData("1:05", 65)]
    [InlineData("1:00:05", 3605)]
    [InlineData("65s (1m 5s)", 65)]
    public async Task Durations_are_read_with_a_fraction_or_as_hours_minutes_and_seconds(string text, double seconds)
    {
        string file =
            "calldate,src,dst,dcontext,channel,billsec,disposition\n"
            + $"2026-01-05 10:00:00,+4532123456,101,from-trunk,SIP/t-1,{text},ANSWERED\n";
        Assert.Equal(TimeSpan.FromSeconds(seconds), Assert.Single(await ReadAsync(file)).Duration);
    }

    [Theory]
    [InlineData("2026-01-05 10:00:00")]
    [InlineData("2026-01-05 10:00:00.250")]
    [InlineData("2026-01-05T10:00:00")]
    [InlineData("2026-01-05T10:00:00+01:00")]
    [InlineData("1767603600.250000")]
    public async Task Start_times_are_read_as_local_times_with_an_offset_or_as_seconds_since_1970(string start)
    {
        EventRecord record = Assert.Single(
            await ReadAsync(
                $",+4532123456,101,from-trunk,x,SIP/t-1,SIP/101-2,Dial,y,{start},,,30,3,ANSWERED,DOCUMENTATION\n"
            )
        );
        Assert.Equal(
            new DateTimeOffset(2026, 1, 5, 9, 0, 0, TimeSpan.Zero),
            record.OccurredAt.AddMilliseconds(-record.OccurredAt.Millisecond)
        );
        Assert.Equal(TimeSpan.FromHours(1), record.LocalOffset);
    }

    [Theory]
    [InlineData(14, null, null)]
    [InlineData(15, null, null)]
    [InlineData(17, "1767603600.1", null)]
    [InlineData(19, "1767603600.1", "1767603600.1/7")]
    [InlineData(20, "1767603000.5", "1767603600.1/7")]
    public async Task The_layout_of_cdr_custom_is_recognized_although_the_answer_is_a_time_too(
        int columns,
        string? conversation,
        string? id
    )
    {
        string[] all =
        [
            .. (
                "x,+4532123456,101,from-trunk,SIP/t-1,SIP/101-2,Dial,y" + Tail + ",,1767603600.1,note,7,1767603000.5"
            ).Split(','),
        ];
        EventRecord record = Assert.Single(await ReadAsync(string.Join(',', all[..columns]) + "\n"));
        Assert.Equal(
            (EventOutcome.Completed, TimeSpan.FromSeconds(60), conversation, id),
            (record.Outcome, record.Duration, record.Details?.ConversationId, record.ExternalId)
        );
    }

    [Theory]
    [InlineData(",")]
    [InlineData(";")]
    [InlineData("\t")]
    public async Task A_header_names_the_columns_in_any_order(string delimiter)
    {
        string file = (
            "\"linkedid\",\"disposition\",\"dst\",\"calldate\",\"src\",\"uniqueid\",\"sequence\",\"billsec\",\"x\"\n"
            + "17.1,BUSY,101,2026-01-05 10:00:00,+4532123456,18.2,4,0,z\n"
            + "17.1,BUSY,101,2026-01-05 10:00:00\n"
        ).Replace(",", delimiter, StringComparison.Ordinal);
        Assert.Equal("asterisk", await DetectAsync(file));
        List<EventRecord> records = await ReadAsync(file);
        Assert.Equal(
            (EventOutcome.Busy, "+4532123456", "17.1", "18.2/4", "line 2"),
            (
                records[0].Outcome,
                records[0].Party,
                records[0].Details?.ConversationId,
                records[0].ExternalId,
                records[0].Place
            )
        );
        Assert.Equal(RejectReason.Malformed, records[1].RejectReason);
    }

    [Fact]
    public async Task Rows_of_the_table_of_FreePBX_are_read_without_a_header()
    {
        EventRecord record = Assert.Single(
            await ReadAsync(
                "2026-01-05 10:00:00,x,4588880000,+4532123456,from-internal,PJSIP/101-3,PJSIP/t-4,Dial,y,6,60,ANSWERED,"
                    + "3,,17.3,,,,101,Anna,4588880000,,,17.1,,3\n"
            )
        );
        Assert.Equal(
            (EventDirection.Outbound, "+4532123456", "101", "17.1", "17.3/3"),
            (
                record.Direction,
                record.Party,
                record.Details?.OwnNumber,
                record.Details?.ConversationId,
                record.ExternalId
            )
        );
    }

    [Fact]
    public async Task Other_files_with_columns_are_not_taken_for_call_detail_records()
    {
        Assert.Equal("csv", await DetectAsync("From,To,Body,Status,SentDate\n+45,+46,hi,delivered,2026-01-05\n"));
        Assert.Equal("csv", await DetectAsync("direction,destination_number,start_stamp,billsec\ninbound,1,2,3\n"));
        Assert.Equal("csv", await DetectAsync("src,dst,start\na,b,2026-01-05 10:00:00\n"));
    }

    // the source, destination, context, channel and channel of the destination of a call
    [Theory]
    // the number that the called party sees replaced the extension
    [InlineData("4588880000,+4532123456,from-internal,PJSIP/101-3,PJSIP/t-4", "out", "101", "Endpoint")]
    [InlineData("4588880000,+4532123456,sales,SIP/2101-0000000a,SIP/t-4", "out", "2101", "Endpoint")]
    [InlineData("4588880000,+4532123456,outbound-allroutes,SIP/anna-3,SIP/t-4", "out", "4588880000", "Context")]
    [InlineData("4588880000,+4532123456,macro-dialout-trunk,SIP/anna-3,SIP/t-4", "out", "4588880000", "Context")]
    // calls from outside, also those that a queue or a transfer passes on
    [InlineData("+4532123456,s,from-trunk,SIP/t-1,SIP/101-2", "in", "101", "Context")]
    [InlineData("+4532123456,600,ext-queues,PJSIP/t-1,PJSIP/103-4", "in", "103", "Endpoint")]
    [InlineData("+4532123456,600,ext-queues,PJSIP/t-1,Local/103@from-queue-00000003;1", "in", "103", "Endpoint")]
    [InlineData("+4532123456,103,from-internal,Local/103@from-queue-00000003;2,PJSIP/103-4", "in", "103", "Endpoint")]
    [InlineData("+4532123456,102,from-internal-xfer,PJSIP/t-1,PJSIP/102-3", "in", "102", "Endpoint")]
    [InlineData("+4532123456,+4540506070,from-internal,PJSIP/t-1,PJSIP/t-2", "in", "+4540506070", "Endpoint")]
    [InlineData("123456,4588880000,from-pstn,SIP/123456-1,", "in", "4588880000", "Context")]
    [InlineData("+4532123456,4588880000,ext-did-0002,,", "in", "4588880000", "Context")]
    // between two extensions
    [InlineData("101,102,from-internal,SIP/101-6,SIP/102-7", "out", "101", "Endpoint")]
    [InlineData("101,102,x,,SIP/102-7", "out", "101", "Endpoint")]
    // only the numbers are known
    [InlineData("101,+4532123456,x,,", "out", "101", "OwnLine")]
    [InlineData("+4532123456,101,x,,", "in", "101", "OwnLine")]
    [InlineData("+4532123456,4588880000,x,,", "in", "4588880000", "Assumed")]
    [InlineData("+4532123456,4588880000,x,SIP/anna-1,SIP/bo-2", "in", "4588880000", "Assumed")]
    public async Task The_direction_follows_from_channels_and_contexts(
        string call,
        string direction,
        string own,
        string basis
    )
    {
        EventRecord record = Assert.Single(await ReadAsync(Line(call)));
        bool outbound = direction == "out";
        Assert.Equal(
            (outbound ? EventDirection.Outbound : EventDirection.Inbound, own, basis),
            (record.Direction, record.Details?.OwnNumber, record.DirectionBasis.ToString())
        );
        Assert.Equal(call.Split(',')[outbound ? 1 : 0], record.Party);
    }

    [Theory]
    [InlineData("4588880000,+4532123456,x,,", EventDirection.Outbound, "4588880000")]
    [InlineData("+4532123456,4588880000,x,,", EventDirection.Inbound, "4588880000")]
    [InlineData("4588880000,+4532123456,from-internal,PJSIP/101-3,PJSIP/t-4", EventDirection.Outbound, "101")]
    [InlineData("77,+4532123456,x,SIP/anna-3,SIP/t-4", EventDirection.Outbound, "anna")]
    public async Task Configured_own_lines_come_before_channels(string call, EventDirection direction, string own)
    {
        EventRecord record = Assert.Single(await ReadAsync(Line(call), "^(4588880000|SIP/anna)$"));
        Assert.Equal((direction, own), (record.Direction, record.Details?.OwnNumber));
    }

    [Fact]
    public async Task The_number_of_the_telephone_is_the_own_side_if_there_are_no_channels()
    {
        const string Header = "calldate,src,dst,lastapp,billsec,disposition,did,cnum,outbound_cnum\n";
        List<EventRecord> records = await ReadAsync(
            Header
                + "2026-01-05 10:00:00,4588880000,+4532123456,Dial,60,ANSWERED,,101,4588880000\n"
                + "2026-01-05 10:10:00,+4532123456,4588880001,Dial,60,ANSWERED,4588880000,+4532123456,\n"
                + "2026-01-05 10:20:00,4588880000,+4532123456,Dial,60,ANSWERED,,,4588880000\n"
        );
        Assert.Equal(
            [
                (EventDirection.Outbound, "101"),
                (EventDirection.Inbound, "4588880001"),
                (EventDirection.Outbound, "4588880000"),
            ],
            records.Select(r => (r.Direction, r.Details?.OwnNumber ?? ""))
        );
    }

    [Theory]
    [InlineData("s", "", null)]
    [InlineData("h", "+4533112233", "+4533112233")]
    [InlineData("vmu101", "", "101")]
    [InlineData("+4533112244", "+4533112233", "+4533112244")]
    public async Task A_special_extension_of_the_dial_plan_is_not_an_own_line(string called, string did, string? own)
    {
        EventRecord record = Assert.Single(
            await ReadAsync(
                "calldate,src,dst,dcontext,channel,billsec,disposition,did\n"
                    + $"2026-01-05 10:00:00,+4532123456,{called},ivr-1,PJSIP/trunk-1,0,NO ANSWER,{did}\n"
            )
        );
        Assert.Equal((EventDirection.Inbound, own), (record.Direction, record.Details?.OwnNumber));
    }

    [Fact]
    public async Task Rejected_lines_are_kept_as_they_were_delivered()
    {
        const string Damaged = "\"\", \"+4532123456\",  101 ,x,\"S\u00f8ren\",a,b,Dial,c,yesterday,,,30,3,ANSWERED,D";
        EventRecord record = Assert.Single(await ReadAsync(Damaged + "\r\n"));
        Assert.Equal((RejectReason.Malformed, Damaged), (record.RejectReason, record.Raw));
    }

    static string Line(string call)
    {
        string[] parts = call.Split(',');
        return $",{parts[0]},{parts[1]},{parts[2]},x,{parts[3]},{parts[4]},Dial,y{Tail}\n";
    }

    static async Task<List<EventRecord>> ReadAsync(string file, string? ownLines = null)
    {
        AsteriskImportOptions options = new() { TimeZone = "Europe/Copenhagen" };
        options.OwnLines = ownLines ?? options.OwnLines;
        return await AsteriskImporter.ReadAsync(Importing.Utf8(file), options, Cancellation).ToListAsync(Cancellation);
    }

    static async Task<string?> DetectAsync(string file)
    {
        await using RecordFile opened = await RecordFile.OpenAsync(
            Importing.Utf8(file),
            cancellationToken: Cancellation
        );
        return ImporterRegistry.BuiltIn.Detect(opened)?.Format;
    }
}
