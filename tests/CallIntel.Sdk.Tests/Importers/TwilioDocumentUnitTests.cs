using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion.Importers;

namespace CallIntel.Sdk.Tests.Importers;

/// <summary>The files in which Twilio delivers messages and calls.</summary>
public sealed class TwilioDocumentUnitTests
{
    const string First =
            "{'sid':'SM1','date_created':'Mon, 05 Jan 2026 10:00:00 +0000','direction':'inbound','body':'a'}",
        Second = "{'sid':'CA2','start_time':'2026-01-05T10:00:00Z','direction':'outbound-api','to':'+4532123456'}",
        Pretty =
            "{\n  'sid' : 'SM1',\n  'dateCreated':'2026-01-05T10:00:00.000Z',\n  'direction':'inbound',\n'body':'a'\n}";

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(First + "\n" + Second)]
    [InlineData("[" + First + "," + Second + "]")]
    [InlineData("[\n" + First + ",\n" + Second + "\n]\n")]
    [InlineData("[" + Pretty + ",\n" + Second + "]")]
    [InlineData(Pretty + "\n" + Second + "\n")]
    [InlineData("{'page':0,'messages':[" + First + "," + Second + "],'next_page_uri':null}")]
    [InlineData("{\n 'calls' : [\n" + Pretty + ",\n" + Second + "\n ],\n 'uri' : '/x'\n}\n")]
    [InlineData("{'messages':[" + First + "]}\n{'calls':[" + Second + "]}\n")]
    [InlineData("{'messages':[" + First + "],'start':0}\n{'messages':[],'start':1}\n{'calls':[" + Second + "]}")]
    public async Task Lines_arrays_pages_and_pretty_printed_objects_are_read(string file)
    {
        file = file.Replace('\'', '"');
        await using RecordFile opened = await RecordFile.OpenAsync(
            Importing.Utf8(file),
            cancellationToken: Cancellation
        );
        Assert.Equal("twilio", ImporterRegistry.BuiltIn.Detect(opened)?.Format);
        List<EventRecord> records = await FileImport
            .ReadAsync(Importing.Utf8(file), new FileImportOptions { Format = "twilio" }, Cancellation)
            .ToListAsync(Cancellation);
        Assert.Equal(["SM1", "CA2"], records.Select(r => r.ExternalId));
        Assert.All(records, r => Assert.Equal(new DateTimeOffset(2026, 1, 5, 10, 0, 0, TimeSpan.Zero), r.OccurredAt));
        Assert.All(records, r => Assert.Null(r.RejectReason));
    }

    [Fact]
    public async Task The_output_of_the_command_line_tool_is_read_with_all_its_values()
    {
        const string File =
            "[{'accountSid':'AC1','body':'x','dateCreated':'2026-01-05T10:00:00.000Z','dateUpdated':"
            + "'2026-01-05T10:01:00.000Z','direction':'outbound-api','errorCode':'30003','from':'+4520101010',"
            + "'numMedia':'1',"
            + "'price':'-0.04','priceUnit':'USD','sid':'MM1','status':'undelivered','to':'+4532123456'},"
            + "{'sid':'CA2','parentCallSid':'CA1','startTime':'2026-01-05T10:00:06.000Z','dateCreated':"
            + "'2026-01-05T10:00:00.000Z','forwardedFrom':'+4540506070','direction':'inbound','from':'+4532123456'}]";
        List<EventRecord> records = await TwilioImporter
            .ReadAsync(Importing.Utf8(File.Replace('\'', '"')), cancellationToken: Cancellation)
            .ToListAsync(Cancellation);
        Assert.Equal(
            ("30003", -0.04m, "USD", 1),
            (
                records[0].Details!.ErrorCode,
                records[0].Details!.Price,
                records[0].Details!.Currency,
                records[0].Parts.Count
            )
        );
        Assert.Equal(1, records[0].ModifiedAt?.Minute);
        Assert.Equal(
            ("CA1", "CA1", 6, "+4540506070"),
            (
                records[1].Details!.ConversationId,
                records[1].Details!.ParentId,
                records[1].OccurredAt.Second,
                Assert.Single(records[1].OtherParties).Address
            )
        );
    }

    [Fact]
    public async Task A_damaged_object_of_a_page_is_one_reject()
    {
        string file = ("{'messages':[\n" + First + ",\n{'sid':'SM9',}\n,\n" + Second + "\n]}").Replace('\'', '"');
        List<EventRecord> records = await TwilioImporter
            .ReadAsync(Importing.Utf8(file), cancellationToken: Cancellation)
            .ToListAsync(Cancellation);
        Assert.Equal([null, RejectReason.Malformed, null], records.Select(r => r.RejectReason));
        Assert.Equal("{\"sid\":\"SM9\",}", records[1].Raw);
    }
}
