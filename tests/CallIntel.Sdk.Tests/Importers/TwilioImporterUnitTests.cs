using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion.Importers;

namespace CallIntel.Sdk.Tests.Importers;

/// <summary>Own sides, identities and statuses of Twilio's calls and messages.</summary>
public sealed class TwilioImporterUnitTests
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    // a telephone of the org calls
    [InlineData("inbound", "client:anna", "+4532123456", "out", "client:anna", "+4532123456")]
    [InlineData("inbound", "client:anna", "", "out", "client:anna", null)]
    [InlineData(
        "inbound",
        "sip:anna@org.sip.twilio.com",
        "+4532123456",
        "out",
        "sip:anna@org.sip.twilio.com",
        "+4532123456"
    )]
    [InlineData(
        "inbound",
        "sip:+4520101010@org.sip.us1.twilio.com",
        "+4532123456",
        "out",
        "sip:+4520101010@org.sip.us1.twilio.com",
        "+4532123456"
    )]
    [InlineData(
        "inbound",
        "sip:101@pbx.example.com:5060;transport=tls",
        "+4532123456",
        "out",
        "sip:101@pbx.example.com:5060;transport=tls",
        "+4532123456"
    )]
    [InlineData("outbound-dial", "client:anna", "client:bo", "out", "client:anna", "client:bo")]
    // somebody else calls
    [InlineData("inbound", "+4532123456", "+4520101010", "in", "+4520101010", "+4532123456")]
    [InlineData(
        "inbound",
        "sip:+4532123456@carrier.example.com;user=phone",
        "+4520101010",
        "in",
        "+4520101010",
        "sip:+4532123456@carrier.example.com;user=phone"
    )]
    [InlineData(
        "inbound",
        "sip:4532123456@carrier.example.com",
        "+4520101010",
        "in",
        "+4520101010",
        "sip:4532123456@carrier.example.com"
    )]
    [InlineData("trunking-originating", "+4532123456", "+4520101010", "in", "+4520101010", "+4532123456")]
    // the leg that rings a telephone of the org
    [InlineData("outbound-dial", "+4532123456", "client:anna", "in", "client:anna", "+4532123456")]
    [InlineData(
        "outbound-dial",
        "+4532123456",
        "sip:101@pbx.example.com",
        "in",
        "sip:101@pbx.example.com",
        "+4532123456"
    )]
    [InlineData("outbound-dial", "+4520101010", "+4532123456", "out", "+4520101010", "+4532123456")]
    [InlineData("outbound-api", "+4520101010", "client:anna", "out", "+4520101010", "client:anna")]
    public async Task Clients_and_SIP_telephones_are_the_own_side_of_a_call(
        string stated,
        string from,
        string to,
        string direction,
        string own,
        string? party
    )
    {
        EventRecord record = Assert.Single(await ReadAsync(Call(stated, from, to)));
        Assert.Equal(
            (direction == "out" ? EventDirection.Outbound : EventDirection.Inbound, own, party),
            (record.Direction, record.Details?.OwnNumber, record.Party)
        );
    }

    [Fact]
    public async Task A_withheld_SIP_caller_is_not_a_telephone_of_the_org() =>
        Assert.Equal(
            EventDirection.Inbound,
            Assert.Single(await ReadAsync(Call("inbound", "sip:anonymous@anonymous.invalid", "+4520101010"))).Direction
        );

    [Theory]
    [InlineData("inbound", "+4520101010", "+4532123456", EventDirection.Outbound, "+4532123456")]
    [InlineData("outbound-dial", "+4532123456", "+4520101010", EventDirection.Inbound, "+4532123456")]
    [InlineData("outbound-api", "+4520101010", "+4532123456", EventDirection.Outbound, "+4532123456")]
    public async Task Configured_own_lines_determine_the_direction(
        string stated,
        string from,
        string to,
        EventDirection direction,
        string party
    )
    {
        TwilioImportOptions options = new() { OwnLines = "^\\+4520101010$" };
        EventRecord record = Assert.Single(await ReadAsync(Call(stated, from, to), options));
        Assert.Equal((direction, party), (record.Direction, record.Party));
    }

    [Fact]
    public async Task The_time_of_a_call_may_change_and_the_time_of_a_message_does_not()
    {
        List<EventRecord> records = await ReadAsync(
            """
            {"sid":"CA1","date_created":"2026-01-05T10:00:00Z","direction":"outbound-api","status":"queued"}
            {"sid":"CA1","start_time":"2026-01-05T10:00:06Z","direction":"outbound-api","status":"completed"}
            {"sid":"SM1","date_created":"2026-01-05T10:00:00Z","direction":"inbound","status":"received","body":"x"}
            """
        );
        Assert.Equal([0, 6, 0], records.Select(r => r.OccurredAt.Second));
        Assert.Equal([true, true, false], records.Select(r => r.TimeMayChange));
    }

    [Fact]
    public async Task Legs_share_the_conversation_of_the_call_that_started_them()
    {
        List<EventRecord> records = await ReadAsync(
            Call("inbound", "client:anna", "+4532123456")
                + "\n"
                + Call("outbound-dial", "+4520101010", "+4532123456", "\"parent_call_sid\":\"CA1\",", "CA2")
        );
        Assert.Equal(["CA1", "CA1"], records.Select(r => r.Details!.ConversationId));
        Assert.Equal([null, "CA1"], records.Select(r => r.Details!.ParentId));
        Assert.All(records, r => Assert.Equal(EventDirection.Outbound, r.Direction));
    }

    [Theory]
    [InlineData(EventChannel.Call, "queued initiated ringing in-progress completed")]
    [InlineData(EventChannel.Call, "ringing no-answer")]
    [InlineData(EventChannel.Voicemail, "queued ringing busy")]
    [InlineData(EventChannel.Sms, "accepted queued sending sent delivered read")]
    [InlineData(EventChannel.Sms, "scheduled queued sent undelivered")]
    [InlineData(EventChannel.Mms, "receiving received")]
    [InlineData(EventChannel.Mms, "sending failed")]
    public void A_later_status_has_a_higher_rank(EventChannel channel, string statuses)
    {
        int?[] ranks = [.. statuses.Split(' ').Select(status => TwilioStatus.RankOf(channel, status))];
        Assert.All(ranks, rank => Assert.InRange(rank ?? 0, 1, 6));
        Assert.Equal(ranks.Order().Distinct(), ranks);
    }

    [Theory]
    [InlineData(EventChannel.Call, "completed", EventOutcome.Completed, 5)]
    [InlineData(EventChannel.Call, "Canceled", EventOutcome.Missed, 5)]
    [InlineData(EventChannel.Sms, "canceled", EventOutcome.Failed, 5)]
    [InlineData(EventChannel.Sms, "DELIVERED", EventOutcome.Completed, 5)]
    [InlineData(EventChannel.Sms, "busy", EventOutcome.Unknown, null)]
    [InlineData(EventChannel.Call, "paused", EventOutcome.Unknown, null)]
    [InlineData(EventChannel.Call, null, EventOutcome.Unknown, null)]
    public void A_status_has_a_meaning_and_an_unknown_status_has_no_rank(
        EventChannel channel,
        string? status,
        EventOutcome outcome,
        int? rank
    ) => Assert.Equal((outcome, rank), (TwilioStatus.OutcomeOf(channel, status), TwilioStatus.RankOf(channel, status)));

    static string Call(string direction, string from, string to, string more = "", string sid = "CA1") =>
        $"{{\"sid\":\"{sid}\",{more}\"date_created\":\"2026-01-05T10:00:00Z\",\"direction\":\"{direction}\","
        + $"\"from\":\"{from}\",\"to\":\"{to}\",\"status\":\"completed\",\"duration\":\"5\"}}";

    static async Task<List<EventRecord>> ReadAsync(string file, TwilioImportOptions? options = null) =>
        await TwilioImporter.ReadAsync(Importing.Utf8(file), options, Cancellation).ToListAsync(Cancellation);

    [Theory]
    [InlineData("""{"sid":"SM1","direction":"outbound-api","status":"delivered","to":"+4532123456","body":"x"}""", 5)]
    [InlineData("""{"sid":"SM1","direction":"outbound-api","status":"queued","to":"+4532123456","body":"x"}""", 2)]
    [InlineData("""{"sid":"CA1","direction":"outbound-api","status":"ringing","to":"+4532123456"}""", 3)]
    [InlineData("""{"sid":"CA1","direction":"outbound-api","status":"new","to":"+4532123456"}""", null)]
    public async Task A_record_has_the_rank_of_its_status(string record, int? rank)
    {
        using MemoryStream file = new(System.Text.Encoding.UTF8.GetBytes(record));
        EventRecord read = await TwilioImporter
            .ReadAsync(file, cancellationToken: Cancellation)
            .SingleAsync(Cancellation);
        Assert.Equal(rank, read.OutcomeRank);
    }
}
