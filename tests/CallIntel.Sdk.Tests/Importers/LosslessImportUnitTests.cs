using System.Text;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion.Importers;

namespace CallIntel.Sdk.Tests.Importers;

/// <summary>Records that an importer rejects, and words that it keeps.</summary>
public sealed class LosslessImportUnitTests
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(
        "<sms address=\"+4532123456\"\t date = \"1767600000001\"\r\n  type=\"1\" body=\"never closed  toa=\"\" />"
    )]
    [InlineData("<call number=\"+4532123456\"   date=\"soon\"  type=\"1\" name=\"S\u00f8ren\" />")]
    [InlineData("<sms  date=\"1767600000001\" type=\"3\"  body=\"a draft\" />")]
    public async Task Rejected_elements_are_kept_byte_for_byte(string element)
    {
        List<EventRecord> records = await AndroidAsync($"<smses>\n {element}\n<sms type=\"1\" date=\"1\" /></smses>");
        Assert.NotNull(records[0].RejectReason);
        Assert.Equal(element, records[0].Raw!.TrimEnd());
    }

    [Theory]
    [InlineData("<part ct=\"text/plain\" text=\"kept\" /><part broken=><!-- kept too -->", "")]
    [InlineData("<part ct=\"text/plain\" text=\"kept\" />\n text between \n", " date=\"soon\"")]
    [InlineData("<part ct=\"image/png\" data=\"\" /><part ct=\"text/plain\" text=\"kept\" />", " msg_box=\"9\"")]
    public async Task Rejected_MMS_keep_their_words(string parts, string attribute)
    {
        string attributes = attribute.Length > 0 ? attribute : "date=\"1767600000001\" msg_box=\"1\"";
        string element = $"<mms {attributes}>\n <parts>{parts}</parts> </mms>";
        List<EventRecord> records = await AndroidAsync($"<smses>{element}<sms type=\"1\" date=\"1\" /></smses>");
        Assert.NotNull(records[0].RejectReason);
        Assert.Equal(element, records[0].Raw);
        Assert.Equal(2, records.Count);
    }

    [Fact]
    public async Task A_rejected_MMS_without_an_end_does_not_contain_the_next_one()
    {
        const string First = "<mms date=\"1767600000001\" msg_box=\"1\"><parts><part ct=\"text/plain\" text=\"a\" />\n",
            Second = "<mms date=\"1767600000001\" msg_box=\"7\"><parts></parts></mms>";
        List<EventRecord> records = await AndroidAsync($"<smses>{First}{Second}</smses>");
        Assert.Equal([First, Second], records.Select(r => r.Raw));
    }

    [Fact]
    public async Task The_bytes_of_attachments_do_not_displace_the_words_of_a_rejected_MMS()
    {
        string picture = new('A', 1 << 18);
        EventRecord record = Assert.Single(
            await AndroidAsync(
                $"<smses><mms date=\"soon\"><part ct=\"image/png\" data=\"{picture}\" />"
                    + "<part text=\"kept\" /></mms></smses>"
            )
        );
        Assert.Equal("<mms date=\"soon\"><part ct=\"image/png\" data=\"\" /><part text=\"kept\" /></mms>", record.Raw);
    }

    [Theory]
    [InlineData("129", true)]
    [InlineData("131", true)]
    [InlineData("133", true)]
    [InlineData("134", true)]
    [InlineData("135", true)]
    [InlineData("136", true)]
    [InlineData("128", false)]
    [InlineData("130", false)]
    [InlineData("132", false)]
    [InlineData("0", false)]
    [InlineData("null", false)]
    public async Task Reports_and_confirmations_are_not_messages(string type, bool rejected)
    {
        EventRecord record = Assert.Single(
            await AndroidAsync(
                $"<smses><mms date=\"1767600000001\" msg_box=\"1\" m_type=\"{type}\" address=\"+4532123456\" /></smses>"
            )
        );
        Assert.Equal(rejected ? RejectReason.NotAnEvent : null, record.RejectReason);
    }

    [Theory]
    [InlineData("half &#55357; alone", "half \uFFFD alone")]
    [InlineData("&#56832;low", "\uFFFDlow")]
    [InlineData("&#xD83D;&#xD83D;&#xDE00;", "\uFFFD\U0001F600")]
    [InlineData("end &#55357;", "end \uFFFD")]
    public async Task A_lone_half_of_a_surrogate_pair_is_replaced_and_the_message_is_kept(string body, string expected)
    {
        EventRecord record = Assert.Single(
            await AndroidAsync(
                $"<smses><sms address=\"1\" date=\"1767600000001\" type=\"1\" body=\"{body}\" /></smses>"
            )
        );
        Assert.Equal((null, expected), (record.RejectReason, record.Body));
    }

    [Theory]
    [InlineData("dGhpcy1pcy1ub3QtYS1wZXJzb24@rcs.google.com")]
    [InlineData("a1b2c3d4e5f60718293a4b5c6d7e8f90")]
    [InlineData("")]
    public async Task The_list_of_addresses_names_the_people_if_the_thread_does_not(string thread)
    {
        List<EventRecord> records = await AndroidAsync(
            "<smses>"
                + Mms(thread, "1", "+4540506070", "+4520101010", "+4532123456") // received before anything was sent
                + Mms(thread, "2", "+4520101010", "+4532123456", "+4540506070")
                + Mms(thread, "1", "+4532123456", "+4520101010")
                + "</smses>"
        );
        Assert.Equal(["+4540506070", "+4532123456", "+4532123456"], records.Select(r => r.Party));
        Assert.Equal(
            ["+4532123456", "+4540506070", ""],
            records.Select(r => string.Join(',', r.OtherParties.Select(p => p.Address)))
        );
        Assert.All(records, r => Assert.Equal("+4520101010", r.Details?.OwnNumber));
    }

    [Fact]
    public async Task Without_a_list_of_addresses_the_address_of_the_thread_is_kept()
    {
        EventRecord record = Assert.Single(
            await AndroidAsync("<smses>" + Mms("group@rcs.google.com", "2", "insert-address-token") + "</smses>")
        );
        Assert.Equal("group@rcs.google.com", record.Party);
    }

    static string Mms(string thread, string box, string from, params string[] to) =>
        $"<mms date=\"1767600000001\" msg_box=\"{box}\" address=\"{thread}\"><addrs>"
        + $"<addr address=\"{from}\" type=\"137\" />"
        + string.Concat(to.Select(address => $"<addr address=\"{address}\" type=\"151\" />"))
        + "</addrs></mms>";

    static async Task<List<EventRecord>> AndroidAsync(string file) =>
        await AndroidImporter
            .ReadAsync(new MemoryStream(Encoding.UTF8.GetBytes(file)), cancellationToken: Cancellation)
            .ToListAsync(Cancellation);
}
