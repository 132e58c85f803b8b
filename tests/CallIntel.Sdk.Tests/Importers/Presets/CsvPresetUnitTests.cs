using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion.Importers;
using CallIntel.Sdk.Ingestion.Importers.Csv;
using static CallIntel.Sdk.Tests.Importers.Importing;

namespace CallIntel.Sdk.Tests.Importers.Presets;

/// <summary>CSV files of known products, which need no mapping file.</summary>
public sealed class CsvPresetUnitTests
{
    const string FritzBox =
        "sep=;\nTyp;Datum;Name;Rufnummer;Nebenstelle;Eigene Rufnummer;Dauer\n"
        + "1;05.01.26 09:30;Anna;030123456;Telefon 1;987654;0:02\n"
        + "2;05.01.26 10:00;;017012345678;;987654;0:00\n"
        + "3;05.01.26 10:15;Bo;0401234567;Telefon 1;987654;1:35\n"
        + "4;05.01.26 10:20;Bo;0401234567;Telefon 1;987654;0:00\n";

    const string FritzBoxWithArea =
        "sep=;\nTyp;Datum;Name;Rufnummer;Landes-/Ortsnetzbereich;Nebenstelle;Eigene Rufnummer;Dauer\n"
        + "4;05.01.26 09:30;Anna;030123456;Berlin;Telefon 1;987654;0:02\n"
        + "3;05.01.26 09:40;;030123457;Berlin;;987654;0:00\n";

    const string ThreeCx =
        "Call 71,aa01_12,00:08:10,2026/01/05 06:27:28,2026/01/05 06:27:36,2026/01/05 06:35:46,TerminatedByDst,"
        + "0701740605,Ext.800,10020,800,800,ReplacedDst,Ext.101,101,,,,,Chain: 0701740605;Ext.800;Ext.101;,Line,Queue,"
        + "Extension,0701740605,Support,Given Surname,\n"
        + "Call 72,aa02_13,,2026/01/05 07:00:00,,2026/01/05 07:00:20,TerminatedBySrc,Ext.102,0701740606,102,10020,"
        + "0701740606,,0701740606,10020,,,,,Chain: Ext.102;,Extension,Line,Line,Bo,,,\n";

    const string TwilioMessages =
        "From,To,Body,Status,SentDate,ApiVersion,NumSegments,ErrorCode,AccountSid,Sid,Direction,Price,PriceUnit\n"
        + "+14155550101,+14155550100,\"Hi, are you\nopen?\",received,2026-01-05T10:00:00-08:00,2010-04-01,1,,AC1,SM61,"
        + "inbound,-0.00750,USD\n"
        + "+14155550100,+14155550101,Yes,undelivered,2026-01-05T10:01:00-08:00,2010-04-01,1,30003,AC1,SM62,"
        + "outbound-api,-0.00790,USD\n";

    const string TwilioCalls =
        "Call Sid,Parent Call Sid,From,To,Direction,Status,Start Time,Duration,Price,Price Unit\n"
        + "CA1,,+14155550101,+14155550100,Incoming,Completed,2026-01-05T10:00:00Z,42,-0.0085,USD\n"
        + "CA2,CA1,+14155550100,+14155550102,Outgoing Dial,No Answer,2026-01-05T10:00:05Z,0,,\n";

    const string RingCentral =
        "Direction,Type,Phone Number,Name,Date,Time,Action,Action Result,Result Description,Duration\n"
        + "Incoming,Voice,(415) 555-0101,Anna,Mon 01/05/2026,10:00 AM,Phone Call,Accepted,,0:01:05\n"
        + "Outgoing,Voice,(415) 555-0102,Bo,Mon 05/01/2026,1:30 PM,VoIP Call,Busy,,0:00:00\n"
        + "Incoming,Fax,(415) 555-0103,Bo,Mon 01/05/2026,10:00 AM,Incoming Fax,Received,,0:00:10\n"
        + "Incoming,Voice,(415) 555-0103,Bo,01/05/2026,10:00 AM,Phone Call,Missed,,0:00:10\n";

    const string RingCentralCompany =
        "Type,Direction,From,To,Extension,Date,Time,Action,Result,Length\n"
        + "Voice,Outbound,+14155550100,+14155550102,101,Mon 01/05/2026,1:30 PM,VoIP Call,Call connected,0:00:30\n";

    const string Zoom =
        "Call ID,Direction,Caller Name,Caller Number,Callee Name,Callee Number,Start Time,Duration,Result\n"
        + "z1,Inbound,Anna,+14155550101,Bo,+14155550100,2026-01-05 10:00:00,00:01:05,Call Connected\n"
        + "z2,Outbound,Bo,+14155550100,Anna,+14155550101,\"Jan 05, 2026 11:00:00 AM\",00:00:00,No Answer\n"
        + "z3,Inbound,Anna,+14155550101,Bo,+14155550100,01/05/2026 10:00:00,00:01:05,Call Connected\n";

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<string, string> Files =>
        new()
        {
            { "fritzbox", FritzBox },
            { "fritzbox-area", FritzBoxWithArea },
            { "fritzbox-international", CsvPresetVariantUnitTests.FritzBox },
            { "3cx-report", CsvPresetVariantUnitTests.ThreeCxReport },
            { "3cx-log", ThreeCx },
            { "3cx", WithHeader(ThreeCx) },
            { "twilio-messages", TwilioMessages },
            { "twilio-calls", TwilioCalls },
            { "ringcentral", RingCentral },
            { "ringcentral-company", RingCentralCompany },
            { "zoom", Zoom },
        };

    [Theory]
    [MemberData(nameof(Files))]
    public async Task A_preset_is_detected_by_the_columns_and_can_be_named(string preset, string text)
    {
        foreach (string? named in (string?[])[null, preset.ToUpperInvariant()])
        {
            await using RecordFile file = await RecordFile.OpenAsync(Utf8(text), cancellationToken: Cancellation);
            FileImportOptions options = new() { TimeZone = "Europe/Berlin", MappingFile = named };
            Assert.Equal("csv", options.Importers.Detect(file, named is not null)?.Format);
            List<EventRecord> records = await FileImport
                .ReadAsync(file, options, Cancellation)
                .ToListAsync(Cancellation);
            Assert.Equal(preset, file.Preset);
            Assert.Contains(records, record => record.RejectReason is null);
        }
    }

    [Fact]
    public void Every_preset_is_tested() =>
        Assert.Equal(
            CsvPreset.All.Select(preset => preset.Name).Order(StringComparer.Ordinal),
            Files.Select(row => row.Data.Item1).Order(StringComparer.Ordinal)
        );

    [Fact]
    public async Task The_call_list_of_a_FRITZ_Box_is_read_with_durations_in_hours_and_minutes()
    {
        List<EventRecord> records = await ReadAsync(FritzBox);

        Assert.Equal(
            ["Inbound Completed 120", "Inbound Missed ", "Outbound Completed 5700", "Outbound Missed "],
            records.Select(r => $"{r.Direction} {r.Outcome} {r.Duration?.TotalSeconds}")
        );
        Assert.Equal(new DateTimeOffset(2026, 1, 5, 9, 30, 0, TimeSpan.FromHours(1)), records[0].OccurredAt);
        Assert.Equal("030123456", records[0].Party);
        Assert.Equal("987654", records[0].Details?.OwnNumber);
        // type 3 has several meanings
        Assert.Equal(
            [false, false, true, false],
            records.Select(record => record.DirectionBasis is DirectionBasis.Assumed)
        );
    }

    [Fact]
    public async Task A_type_with_several_meanings_is_counted_as_an_assumed_direction() =>
        Assert.Equal(
            [DirectionBasis.Stated, DirectionBasis.Assumed],
            (await ReadAsync(FritzBoxWithArea)).Select(record => record.DirectionBasis)
        );

    [Fact]
    public async Task The_log_of_3CX_is_read_with_and_without_a_header()
    {
        foreach (string text in (string[])[ThreeCx, WithHeader(ThreeCx)])
        {
            List<EventRecord> records = await ReadAsync(text, "Europe/Stockholm");

            Assert.Equal(
                ["Inbound Completed 490 0701740605 101", "Outbound Missed  0701740606 102"],
                records.Select(r =>
                    $"{r.Direction} {r.Outcome} {r.Duration?.TotalSeconds} {r.Party} {r.Details?.OwnNumber}"
                )
            );
            Assert.Equal("aa01_12", records[0].Details?.ConversationId);
            Assert.Equal("Call 71/aa01_12/2026/01/05 06:35:46", records[0].ExternalId);
            Assert.Equal(new DateTimeOffset(2026, 1, 5, 5, 27, 28, TimeSpan.Zero), records[0].OccurredAt);
        }
    }

    [Fact]
    public async Task Messages_of_the_Twilio_console_have_their_parties_by_direction()
    {
        List<EventRecord> records = await ReadAsync(TwilioMessages, timeZone: null);

        Assert.Equal(
            ["Sms Inbound Completed +14155550101 SM61", "Sms Outbound Failed +14155550101 SM62"],
            records.Select(r => $"{r.Channel} {r.Direction} {r.Outcome} {r.Party} {r.ExternalId}")
        );
        Assert.Equal("Hi, are you\nopen?", records[0].Body);
        Assert.Equal(
            new EventDetails
            {
                ErrorCode = "30003",
                Status = "undelivered",
                Price = -0.0079m,
                Currency = "USD",
                OwnNumber = "+14155550100",
            },
            records[1].Details
        );
    }

    [Fact]
    public async Task Calls_of_the_Twilio_console_name_their_parent()
    {
        List<EventRecord> records = await ReadAsync(TwilioCalls, timeZone: null);

        Assert.Equal(
            ["CA1  Inbound Completed +14155550101 42", "CA2 CA1 Outbound Missed +14155550102 0"],
            records.Select(r =>
                $"{r.ExternalId} {r.Details?.ParentId} {r.Direction} {r.Outcome} {r.Party} {r.Duration?.TotalSeconds}"
            )
        );
    }

    [Fact]
    public async Task The_day_of_the_week_decides_the_order_of_month_and_day_in_a_RingCentral_log()
    {
        List<EventRecord> records = await ReadAsync(RingCentral);

        Assert.Equal(
            ["2026-01-05T10:00 Completed 65", "2026-01-05T13:30 Busy 0"],
            records.Take(2).Select(r => $"{r.OccurredAt:yyyy-MM-dd'T'HH:mm} {r.Outcome} {r.Duration?.TotalSeconds}")
        );
        Assert.Equal(
            [RejectReason.UnknownCode, RejectReason.Malformed],
            records.Skip(2).Select(record => record.RejectReason)
        );
    }

    [Fact]
    public async Task Call_logs_of_Zoom_are_read_and_dates_with_two_meanings_are_rejected()
    {
        List<EventRecord> records = await ReadAsync(Zoom);

        Assert.Equal(
            ["z1 Inbound Completed +14155550101 65", "z2 Outbound Missed +14155550101 0"],
            records
                .Take(2)
                .Select(r =>
                    $"{r.Details?.ConversationId} {r.Direction} {r.Outcome} {r.Party} {r.Duration?.TotalSeconds}"
                )
        );
        Assert.Equal(RejectReason.Malformed, records[2].RejectReason);
    }

    [Theory]
    [InlineData("a,b,c\n1,2,3\n", null)]
    [InlineData("From,To,Body\n1,2,3\n", "Europe/Berlin")]
    [InlineData(FritzBox, null)] // its times are local
    public async Task A_file_of_no_preset_or_without_its_time_zone_is_refused(string text, string? timeZone) =>
        Assert.Equal(
            ErrorCodes.InvalidMapping,
            (await Assert.ThrowsAsync<CallIntelException>(() => ReadAsync(text, timeZone))).Code
        );

    [Fact]
    public async Task The_line_scope_of_the_options_derives_members()
    {
        FileImportOptions options = new() { TimeZone = "Europe/Berlin", LineScope = "home" };
        List<EventRecord> records = await FileImport
            .ReadAsync(Utf8(FritzBox), options, Cancellation)
            .ToListAsync(Cancellation);
        Assert.All(records, record => Assert.Equal(options.MemberOf("987654"), record.Member));
    }

    [Fact]
    public async Task CDR_reports_of_FreePBX_are_read_without_a_mapping_by_the_Asterisk_importer()
    {
        const string Report =
            "\"calldate\",\"clid\",\"src\",\"dst\",\"dcontext\",\"channel\",\"dstchannel\",\"lastapp\",\"lastdata\","
            + "\"duration\",\"billsec\",\"disposition\",\"amaflags\",\"accountcode\",\"uniqueid\",\"userfield\","
            + "\"did\",\"recordingfile\",\"cnum\",\"cnam\",\"outbound_cnum\",\"outbound_cnam\","
            + "\"dst_cnam\",\"linkedid\","
            + "\"peeraccount\",\"sequence\"\n"
            + "\"2026-01-05 11:00:00\",\"x\",\"14155550100\",\"14155550199\",\"from-internal\",\"PJSIP/101-3\","
            + "\"PJSIP/trunk-4\",\"Dial\",\"x\",\"65\",\"60\",\"ANSWERED\",\"3\",\"\",\"1767610800.3\",\"\",\"\",\"\","
            + "\"101\",\"Front\",\"14155550100\",\"\",\"\",\"1767610800.1\",\"\",\"3\"\n";
        EventRecord record = Assert.Single(await ReadAsync(Report, "Europe/Berlin"));

        Assert.Equal(("1767610800.3/3", "1767610800.1"), (record.ExternalId, record.Details?.ConversationId));
        Assert.Equal((EventDirection.Outbound, "101"), (record.Direction, record.Details?.OwnNumber));
    }

    static string WithHeader(string log) =>
        "historyid,callid,duration,time-start,time-answered,time-end,reason-terminated,from-no,to-no,from-dn,to-dn,"
        + "dial-no,reason-changed,final-number,final-dn,bill-code,bill-rate,bill-cost,bill-name,chain,from-type,"
        + "to-type,final-type,from-dispname,to-dispname,final-dispname,missed-queue-calls\n"
        + log;

    static async Task<List<EventRecord>> ReadAsync(string text, string? timeZone = "Europe/Berlin") =>
        await FileImport
            .ReadAsync(Utf8(text), new FileImportOptions { TimeZone = timeZone }, Cancellation)
            .ToListAsync(Cancellation);
}
