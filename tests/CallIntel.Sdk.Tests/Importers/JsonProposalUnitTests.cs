using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion.Importers;
using CallIntel.Sdk.Ingestion.Importers.Mapping;
using static CallIntel.Sdk.Tests.Importers.Importing;

namespace CallIntel.Sdk.Tests.Importers;

/// <summary>Mappings that are proposed for JSON files as providers and apps write them.</summary>
public sealed class JsonProposalUnitTests : IDisposable
{
    readonly string _path = Path.GetTempFileName();

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => File.Delete(_path);

    [Theory]
    // a page with a list
    [InlineData(
        """
            {"meta":{"count":1},"calls":[{"id":7,"direction":"outbound","started_at":1767607200,
            "answered_at":1767607205, "duration":65,"raw_digits":"+1 415-555-0101","number":{"digits":"x"}}]}
            """,
        "Call Outbound Stated +1 415-555-0101 65 7 "
    )]
    // a webhook with nested objects
    [InlineData(
        """
            {"data":{"event_type":"message.received","occurred_at":"2026-01-05T10:00:00Z","payload":{
            "direction":"inbound", "from":{"phone_number":"+14155550101"},"text":"hi"}}}
            """,
        "Sms Inbound Stated +14155550101   hi"
    )]
    // one object per line, the last one cut off
    [InlineData(
        """
            {"uuid":"a","call_direction":"inbound","from_number":"+14155550101","to_number":"+14155550100",
            """
            + """
                "start_time":"2026-01-05 10:00:00Z","duration":5}
                {"uuid":"b","call_direct
                """,
        "Call Inbound Stated +14155550101 5 a "
    )]
    // milliseconds with a fraction
    [InlineData(
        """
            {"items":[{"call_id":1,"direction":"inbound","date_started":"1767607200000",
            "external_number":"+14155550101", "internal_number":"+14155550100","duration":65000.0}]}
            """,
        "Call Inbound Stated +14155550101 65 1 "
    )]
    // a chat: nothing shows who owns it
    [InlineData(
        """
            {"participants":[{"name":"Anna"}],"messages":[{"sender_name":"Anna",
            "timestamp_ms":1767607200000,"content":"hi"}]}
            """,
        "Sms Inbound Assumed    hi"
    )]
    public async Task A_proposal_reads_the_file_it_was_made_for(string text, string expected)
    {
        await File.WriteAllTextAsync(_path, await ProposeAsync(text), Cancellation);
        List<EventRecord> records = await ReadAsync(Utf8(text), JsonMapping.Load(_path));

        EventRecord record = records[0];
        Assert.Null(record.RejectReason);
        Assert.Equal(new DateTimeOffset(2026, 1, 5, 10, 0, 0, TimeSpan.Zero), record.OccurredAt);
        Assert.Equal(
            expected,
            $"{record.Channel} {record.Direction} {record.DirectionBasis} {record.Party} "
                + $"{record.Duration?.TotalSeconds} {record.ExternalId} {record.Body}"
        );
    }

    [Fact]
    public async Task Records_whose_own_side_is_open_are_refused_until_it_is_filled_in()
    {
        const string Text =
            """{"MessageSid":"1","Sent":"2026-01-05T10:00:00Z","From":"+14155550101","To":"+14155550100"}""";
        string proposal = (await ProposeAsync(Text))!;
        Assert.Contains("CHECK", proposal, StringComparison.Ordinal);
        await File.WriteAllTextAsync(_path, proposal, Cancellation);
        CallIntelException refused = await Assert.ThrowsAsync<CallIntelException>(() =>
            ReadAsync(Utf8(Text), JsonMapping.Load(_path))
        );
        Assert.Equal("CI0024", refused.Code);
    }

    [Theory]
    [InlineData("{\"a\":")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("a,b\n1,2\n")]
    public async Task Nothing_is_proposed_for_a_file_without_records(string text) =>
        Assert.Null(await ProposeAsync(text));

    static async Task<string?> ProposeAsync(string text)
    {
        await using RecordFile file = await RecordFile.OpenAsync(Utf8(text), cancellationToken: Cancellation);
        return await MappingProposal.ForJsonAsync(file, Cancellation);
    }
}
