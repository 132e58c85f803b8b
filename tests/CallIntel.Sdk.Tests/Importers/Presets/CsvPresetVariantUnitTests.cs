using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion.Importers;
using static CallIntel.Sdk.Tests.Importers.Importing;

namespace CallIntel.Sdk.Tests.Importers.Presets;

/// <summary>Files of the same products in other languages, versions and reports.</summary>
public sealed class CsvPresetVariantUnitTests
{
    internal const string FritzBox =
        "sep=;\nType;Date;Name;Number;Extension;Outgoing Caller ID;Duration\n"
        + "1;05.01.26 09:30;Anna;030123456;DECT;987654;0:02\n"
        + "4;05.01.26 10:20;Bo;0401234567;DECT;987654;1:05\n"
        + "3;05.01.26 10:15;Bo;0401234567;DECT;987654;0:00\n";

    internal const string ThreeCxReport =
        "Call Time,Call ID,From,To,Direction,Status,Ringing,Talking,Cost,Call Activity Details\n"
        + "2026-01-05T10:00:00.000Z,7,Anna Berg (+14155550101),Bo (101),Inbound,Answered,00:00:05,00:01:05,,x\n"
        + "2026-01-05T10:10:00.000Z,8,Bo (101),+14155550102,Outbound,Unanswered,00:00:15,,,x\n"
        + "Totals,,,,,,00:00:20,00:01:05,,\n";

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("Typ;Date;Number;Extension;Outgoing Caller ID;Duration", "05.01.26 09:30")]
    [InlineData("Type; Date; Number; Extension; Local Number; Duration", "05.01.26 09:30")]
    [InlineData("Type;Date;Number;Extension;Telephone Number;Duration", "05/01/26 09:30")]
    [InlineData("Type;Datum;Telefoonnummer;Toestel;Eigen telefoonnummer;Duur", "05-01-2026 09:30")]
    public async Task The_call_list_of_a_FRITZ_Box_is_read_in_other_languages(string header, string time)
    {
        EventRecord record = Assert.Single(await ReadAsync($"sep=;\n{header}\n1;{time};030123456;DECT;987654;0:02\n"));
        Assert.Equal(
            (new DateTimeOffset(2026, 1, 5, 9, 30, 0, TimeSpan.FromHours(1)), "030123456", "987654", 120),
            (record.OccurredAt, record.Party, record.Details?.OwnNumber, record.Duration?.TotalSeconds)
        );
    }

    [Theory]
    [InlineData("Typ;Datum;Name;Rufnummer;Nebenstelle;Rufnummer;Dauer")]
    [InlineData("Type;Date;Name;Telephone Number;Extension;Telephone Number;Duration")]
    [InlineData("Type;Date;Name;Number;Extension;Number;Duration")]
    public async Task The_second_column_with_the_name_of_the_number_is_the_own_one(string header)
    {
        EventRecord record = Assert.Single(
            await ReadAsync($"{header}\n1;05.01.26 09:30;Anna;030123456;DECT;987654;0:02\n")
        );
        Assert.Equal(("030123456", "987654"), (record.Party, record.Details?.OwnNumber));
    }

    [Fact]
    public async Task A_repeated_column_behind_the_last_one_does_not_matter()
    {
        EventRecord record = Assert.Single(
            await ReadAsync(
                "Typ;Datum;Rufnummer;Nebenstelle;Eigene Rufnummer;Dauer;Rufnummer\n"
                    + "1;05.01.26 09:30;030123456;DECT;987654;0:02;030123456\n"
            )
        );
        Assert.Equal(("030123456", "987654"), (record.Party, record.Details?.OwnNumber));
    }

    [Theory]
    [InlineData("Typ;Datum;Name;Rufnummer;Nebenstelle;Eigene Rufnummer;Dauer")]
    [InlineData("Type;Date;Name;Number;Extension;Outgoing Caller ID;Duration")]
    public async Task A_call_that_the_FRITZ_Box_rejected_is_an_inbound_one(string header)
    {
        EventRecord record = Assert.Single(await ReadAsync($"{header}\n10;05.01.26 09:30;;030123456;;987654;0:00\n"));
        Assert.Equal((EventDirection.Inbound, EventOutcome.Rejected), (record.Direction, record.Outcome));
    }

    [Fact]
    public async Task Only_the_type_with_two_meanings_has_an_assumed_direction_in_other_languages() =>
        Assert.Equal(
            [
                (EventDirection.Inbound, DirectionBasis.Stated),
                (EventDirection.Outbound, DirectionBasis.Stated),
                (EventDirection.Outbound, DirectionBasis.Assumed),
            ],
            (await ReadAsync(FritzBox)).Select(record => (record.Direction, record.DirectionBasis))
        );

    [Fact]
    public async Task The_report_of_3CX_is_read_without_its_last_line()
    {
        List<EventRecord> records = await ReadAsync(ThreeCxReport);

        Assert.Equal(
            ["7 Inbound Completed 65 Anna Berg (+14155550101) Bo (101)", "8 Outbound Missed  +14155550102 Bo (101)"],
            records
                .Take(2)
                .Select(r =>
                    $"{r.Details?.ConversationId} {r.Direction} {r.Outcome} {r.Duration?.TotalSeconds} {r.Party} "
                    + $"{r.Details?.OwnNumber}"
                )
        );
        Assert.Equal(new DateTimeOffset(2026, 1, 5, 10, 0, 0, TimeSpan.Zero), records[0].OccurredAt);
        Assert.NotNull(records[2].RejectReason);
    }

    [Fact]
    public async Task Telephones_that_ring_in_the_same_second_are_several_records_of_one_Zoom_call()
    {
        List<EventRecord> records = await ReadAsync(
            "Call ID,Direction,From Number,To Number,Start Time,Duration,Result\n"
                + "z1,Inbound,+14155550101,101,2026-01-05 10:00:00,0,no_answer\n"
                + "z1,Inbound,+14155550101,102,2026-01-05 10:00:00,65,answered\n"
        );
        Assert.Equal(
            [("z1", EventOutcome.Missed), ("z1", EventOutcome.Completed)],
            records.Select(r => (r.Details?.ConversationId!, r.Outcome))
        );
        Assert.Equal(2, records.Select(record => record.ExternalId).Distinct().Count());
    }

    [Theory]
    // the org's own client and telephone make a call, which comes in at Twilio
    [InlineData("client:anna,+14155550102,inbound", "Outbound Endpoint +14155550102 client:anna")]
    [InlineData(
        "sip:101@pbx.example.com,+14155550102,inbound",
        "Outbound Endpoint +14155550102 sip:101@pbx.example.com"
    )]
    [InlineData(
        "sip:anna@x.sip.twilio.com,+14155550102,Incoming",
        "Outbound Endpoint +14155550102 sip:anna@x.sip.twilio.com"
    )]
    [InlineData(
        "sip:+14155550100@x.sip.us1.twilio.com,+14155550102,inbound",
        "Outbound Endpoint +14155550102 sip:+14155550100@x.sip.us1.twilio.com"
    )]
    // a call from outside rings the client
    [InlineData("+14155550102,client:anna,outbound-dial", "Inbound Endpoint +14155550102 client:anna")]
    [InlineData(
        "+14155550102,sip:101@pbx.example.com,Outgoing Dial",
        "Inbound Endpoint +14155550102 sip:101@pbx.example.com"
    )]
    // carriers write the number of a caller from outside as a SIP address
    [InlineData(
        "sip:+14155550102@carrier.example;user=phone,+14155550100,inbound",
        "Inbound Stated sip:+14155550102@carrier.example;user=phone +14155550100"
    )]
    [InlineData(
        "sip:anonymous@anonymous.invalid,+14155550100,inbound",
        "Inbound Stated sip:anonymous@anonymous.invalid +14155550100"
    )]
    // the org's application calls its own client
    [InlineData("+14155550100,client:anna,outbound-api", "Outbound Stated client:anna +14155550100")]
    [InlineData("+14155550100,+14155550102,outbound api", "Outbound Stated +14155550102 +14155550100")]
    public async Task Calls_of_own_clients_in_a_Twilio_log_have_the_direction_of_the_org(string sides, string expected)
    {
        EventRecord record = Assert.Single(
            await ReadAsync(
                $"From,To,Direction,Sid,Status,StartTime,Duration\n{sides},CA1,completed,2026-01-05T10:00:00Z,5\n"
            )
        );
        Assert.Equal(
            expected,
            $"{record.Direction} {record.DirectionBasis} {record.Party} {record.Details?.OwnNumber}"
        );
    }

    [Fact]
    public async Task A_dash_instead_of_a_duration_does_not_reject_a_call()
    {
        EventRecord record = Assert.Single(
            await ReadAsync(
                "Direction,Type,Phone Number,Name,Date,Time,Action,Action Result,Result Description,Duration\n"
                    + "Incoming,Voice,(415) 555-0101,Anna,Mon 01/05/2026,10:00 AM,Phone Call,Missed,,-\n"
            )
        );
        Assert.Equal((EventOutcome.Missed, null), (record.Outcome, record.Duration));
    }

    static async Task<List<EventRecord>> ReadAsync(string text) =>
        await FileImport
            .ReadAsync(Utf8(text), new FileImportOptions { TimeZone = "Europe/Berlin" }, Cancellation)
            .ToListAsync(Cancellation);
}
