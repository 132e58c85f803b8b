using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion.Importers.Mapping;
using static CallIntel.Sdk.Tests.Importers.Importing;

namespace CallIntel.Sdk.Tests.Importers;

/// <summary>Delimiters and headers that differ from file to file.</summary>
public sealed class CsvDialectUnitTests
{
    [Theory]
    [InlineData("time,from,text\n2026-01-05T10:00:00Z,+4532123456,x\n")]
    [InlineData("time;from;text\n2026-01-05T10:00:00Z;+4532123456;x\n")]
    [InlineData("time\tfrom\ttext\n2026-01-05T10:00:00Z\t+4532123456\tx\n")]
    [InlineData("time|from|text\n2026-01-05T10:00:00Z|+4532123456|x\n")]
    [InlineData("\"time\";\"from\";\"text\"\r\n\"2026-01-05T10:00:00Z\";\"+4532123456\";\"x\"\r\n")]
    [InlineData("sep=;\ntime;from;text\n2026-01-05T10:00:00Z;+4532123456;x\n")]
    [InlineData("\uFEFFsep=;\r\ntime;from;text\r\n2026-01-05T10:00:00Z;+4532123456;x\r\n")]
    [InlineData("sep=^\ntime^from^text\n2026-01-05T10:00:00Z^+4532123456^x\n")]
    [InlineData("My company export\n\ntime,from,text\n2026-01-05T10:00:00Z,+4532123456,x\n")]
    [InlineData(
        "Report;Calls;;\nFrom: 1 January; to: 31 January\ntime;from;text\n2026-01-05T10:00:00Z;+4532123456;x\n"
    )]
    [InlineData("Time,FROM,Text\n2026-01-05T10:00:00Z,+4532123456,x\n")]
    [InlineData(" time , from , text \n2026-01-05T10:00:00Z,+4532123456,x\n")]
    [InlineData("time,from,text,\n2026-01-05T10:00:00Z,+4532123456,x\n")]
    [InlineData("time,from,text,,\n2026-01-05T10:00:00Z,+4532123456,x,,\n")]
    [InlineData("time,from,text\n2026-01-05T10:00:00Z,+4532123456,x,\n")]
    [InlineData("time,\"a;b\",from,text\n2026-01-05T10:00:00Z,y,+4532123456,x\n")]
    public async Task The_delimiter_and_the_header_are_detected(string file)
    {
        EventRecord record = Assert.Single(await ReadAsync(file, Messages()));

        Assert.Equal((null, "+4532123456", "x"), (record.RejectReason, record.Party, record.Body));
    }

    [Theory]
    [InlineData("2026-01-05T10:00:00Z;+4532123456;x\n")]
    [InlineData("sep=;\n2026-01-05T10:00:00Z;+4532123456;x\n")]
    public async Task The_delimiter_of_a_file_without_a_header_is_detected(string file)
    {
        CsvMapping mapping = Messages();
        mapping.Columns = ["time", "from", "text"];

        Assert.Equal("+4532123456", Assert.Single(await ReadAsync(file, mapping)).Party);
    }

    [Fact]
    public async Task A_delimiter_of_the_mapping_takes_precedence()
    {
        CsvMapping mapping = Messages();
        mapping.Delimiter = ";";

        CallIntelException refused = await RefusedAsync("time,from,text\n2026-01-05T10:00:00Z,,x\n", mapping);

        Assert.Equal(ErrorCodes.InvalidMapping, refused.Code);
    }

    [Theory]
    [InlineData("2026-01-05T10:00:00Z,+4532123456,x,y", "4 fields instead of 3")]
    [InlineData("2026-01-05T10:00:00Z,+4532123456", "2 fields instead of 3")]
    [InlineData("2026-01-05T10:00:00Z,+4532123456,\"x\"y", "a quote is in the wrong place")]
    [InlineData("secret,+4532123456,x", "time: expected an ISO 8601 or RFC 5322 date and time")]
    [InlineData(",+4532123456,x", "time: the field is empty")]
    public async Task A_reject_says_what_was_expected_without_values(string line, string detail)
    {
        List<EventRecord> records = await ReadAsync($"time,from,text\n2026-01-05T10:00:00Z,,x\n{line}\n", Messages());

        Assert.Equal(detail, records[1].RejectDetail);
    }

    [Theory]
    [InlineData("duration: expected seconds, m:ss, h:mm:ss or an ISO 8601 duration", "1", "x", "completed")]
    [InlineData("time: expected a number", "x", "1", "completed")]
    [InlineData("outcome: outcome.map has no entry for the text of the field", "1", "1", "secret")]
    public async Task A_reject_names_the_property_of_the_mapping(
        string detail,
        string time,
        string duration,
        string outcome
    )
    {
        CsvMapping mapping = Calls();
        mapping.Outcome = new()
        {
            Field = "outcome",
            Map = new Dictionary<string, EventOutcome> { ["completed"] = EventOutcome.Completed },
        };

        EventRecord record = Assert.Single(
            await ReadAsync($"time,from,to,seconds,outcome\n{time},10,7,{duration},{outcome}\n", mapping)
        );

        Assert.Equal(detail, record.RejectDetail);
    }

    [Fact]
    public async Task Errors_do_not_show_the_values_of_a_file_without_a_header()
    {
        CallIntelException refused = await RefusedAsync("2026-01-05T10:00:00Z,+4532123456,secret words\n", Messages());

        Assert.DoesNotContain("4532123456", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", refused.Message, StringComparison.Ordinal);
        Assert.Contains("does not contain column names", refused.Message, StringComparison.Ordinal);
    }
}
