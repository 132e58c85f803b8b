using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion.Importers;
using CallIntel.Sdk.Ingestion.Importers.Mapping;
using static CallIntel.Sdk.Tests.Importers.Importing;

namespace CallIntel.Sdk.Tests.Importers;

/// <summary>Prices, statuses and deletions as a mapping defines them.</summary>
public sealed class DetailsMappingUnitTests
{
    const string Header = "id,time,from,text,cost,currency,state\n";

    [Fact]
    public async Task Prices_and_statuses_become_details()
    {
        List<EventRecord> records = await ReadAsync(
            Header
                + "a,2026-01-05T10:00:00Z,+4532123456,hi,-0.0075,USD,Delivered\nb,2026-01-05T10:00:00Z,"
                + "+4532123456,hi,2,,\nc,2026-01-05T10:00:00Z,+4532123456,hi,,USD,\n",
            Mapping()
        );

        Assert.Equal(
            new EventDetails
            {
                Price = -0.0075m,
                Currency = "USD",
                Status = "Delivered",
            },
            records[0].Details
        );
        Assert.Equal(new EventDetails { Price = 2 }, records[1].Details);
        Assert.Null(records[2].Details);

        CsvMapping constant = Mapping();
        constant.Price = new() { Field = "cost", Currency = "DKK" };
        Assert.Equal(
            new EventDetails { Price = 2, Currency = "DKK" },
            Assert.Single(await ReadAsync(Header + "b,2026-01-05T10:00:00Z,+4532123456,hi,2,,\n", constant)).Details
        );
    }

    [Theory]
    [InlineData("free")]
    [InlineData("1,234")]
    [InlineData("1e9")]
    public async Task Invalid_prices_are_rejected(string price) =>
        Assert.Equal(
            RejectReason.Malformed,
            Assert
                .Single(
                    await ReadAsync(Header + $"a,2026-01-05T10:00:00Z,+4532123456,hi,\"{price}\",USD,\n", Mapping())
                )
                .RejectReason
        );

    [Theory]
    [InlineData("a,2026-01-05T10:00:00Z,+4532123456,hi,1,USD,deleted", "2026-01-05T10:00:00Z")]
    [InlineData("a,2026-01-05T10:00:00Z,,,,, DELETED ", "2026-01-05T10:00:00Z")]
    [InlineData("a,,,,free,,removed", "0001-01-01T00:00:00Z")]
    public async Task A_deletion_contains_only_an_id_and_a_time(string line, string time)
    {
        EventRecord record = Assert.Single(await ReadAsync(Header + line + "\n", Mapping()));

        Assert.Equal(
            (RecordChange.Deleted, "a", DateTimeOffset.Parse(time, System.Globalization.CultureInfo.InvariantCulture)),
            (record.Change, record.ExternalId, record.OccurredAt)
        );
        Assert.Null(record.RejectReason);
        Assert.Null(record.Body);
        Assert.Null(record.Party);
        Assert.Equal(line, record.Raw);
    }

    [Fact]
    public async Task Deletions_with_an_invalid_time_are_rejected() =>
        Assert.Equal(
            RejectReason.Malformed,
            Assert.Single(await ReadAsync(Header + "a,yesterday,,,,,deleted\n", Mapping())).RejectReason
        );

    [Fact]
    public async Task Deletions_between_lines_of_others_are_skipped()
    {
        CsvMapping mapping = Calls();
        (mapping.LineIsIdentity, mapping.ExternalId, mapping.Deletion) = (
            false,
            "id",
            new() { Field = "state", Values = ["deleted"] }
        );
        List<EventRecord> records = await ReadAsync(
            "id,time,from,to,seconds,state\n1,5,8,9,1,deleted\n2,5,10,9,1,deleted\n3,5,,,,deleted\n4,5,8,9,1,\n",
            mapping
        );

        Assert.Equal(["2", "3"], records.Select(record => record.ExternalId));
    }

    static CsvMapping Mapping()
    {
        CsvMapping mapping = Messages();
        mapping.ExternalId = "id";
        mapping.Status = "state";
        mapping.Price = new() { Field = "cost", CurrencyField = "currency" };
        mapping.Deletion = new() { Field = "state", Values = ["deleted", "removed"] };
        return mapping;
    }
}
