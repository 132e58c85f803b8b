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

    [Theory]
    [InlineData("from#1", "a")]
    [InlineData("from#2", "b")]
    [InlineData("FROM#2", "b")]
    public async Task One_of_several_columns_with_a_name_is_chosen_by_its_number(string column, string expected)
    {
        CsvMapping mapping = Messages();
        mapping.Party!.Field = column;

        Assert.Equal(
            expected,
            Assert.Single(await ReadAsync("time,from,From,text\n2026-01-05T10:00:00Z,a,b,x\n", mapping)).Party
        );
    }

    [Fact]
    public async Task A_column_whose_name_has_a_number_sign_keeps_its_name()
    {
        CsvMapping mapping = Messages();
        mapping.Party!.Field = "from#2";

        Assert.Equal(
            "b",
            Assert.Single(await ReadAsync("time,from,from#2,text\n2026-01-05T10:00:00Z,a,b,x\n", mapping)).Party
        );
    }

    [Fact]
    public async Task A_name_that_several_columns_have_is_refused_with_the_notation_that_chooses_one()
    {
        CallIntelException refused = await RefusedAsync(
            "time,from,from,text\n2026-01-05T10:00:00Z,a,b,x\n",
            Messages()
        );

        Assert.Contains("several columns", refused.Message, StringComparison.Ordinal);
        Assert.Contains("from#2", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_column_that_the_mapping_names_in_two_spellings_fills_both_properties()
    {
        CsvMapping mapping = Messages();
        mapping.ExternalId = "TEXT";

        EventRecord record = Assert.Single(await ReadAsync("time,from,text\n2026-01-05T10:00:00Z,a,x\n", mapping));

        Assert.Equal(("x", "x"), (record.Body, record.ExternalId));
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
