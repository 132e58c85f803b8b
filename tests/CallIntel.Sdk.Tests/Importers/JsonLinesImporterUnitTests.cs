using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion.Importers;
using CallIntel.Sdk.Ingestion.Importers.Mapping;
using static CallIntel.Sdk.Tests.Importers.Importing;

namespace CallIntel.Sdk.Tests.Importers;

public sealed class JsonLinesImporterUnitTests
{
    static JsonMapping Mapping() =>
        new()
        {
            Time = new() { Field = "at" },
            Channel = new() { Constant = EventChannel.Call },
            Direction = new() { Constant = EventDirection.Inbound },
            Party = new() { Field = "from.number" },
            Duration = new() { Field = "ms", PerSecond = 1000 },
            ExternalId = "id",
            Turns = new() { Field = "turns", Speaker = "who" },
        };

    [Fact]
    public async Task Paths_numbers_and_turns_are_read()
    {
        EventRecord record = Assert.Single(
            await ReadAsync(
                Utf8(
                    """{"id": 17, "at": "2026-01-05T10:00:00Z", "from": {"number": "+4532123456"}, "ms": 1500,"""
                        + """ "turns": [{"who": "a", "text": "Hi"}, {"text": "Søren?"}]}"""
                ),
                Mapping()
            )
        );

        Assert.Null(record.RejectReason);
        Assert.Equal(("17", "+4532123456", "a: Hi\nSøren?"), (record.ExternalId, record.Party, record.Transcript));
        Assert.Equal(TimeSpan.FromSeconds(1.5), record.Duration);
    }

    [Theory]
    [InlineData("not json", RejectReason.Malformed)]
    [InlineData("[1]", RejectReason.Malformed)]
    [InlineData("{\"at\": \"2026-01-05T10:00:00Z\"", RejectReason.Malformed)]
    [InlineData("{\"id\": 1}", RejectReason.MissingTime)]
    [InlineData("{\"at\": null}", RejectReason.MissingTime)]
    [InlineData("{\"at\": {\"deep\": 1}}", RejectReason.Malformed)]
    [InlineData("{\"at\": \"2026-01-05T10:00:00Z\", \"id\": \"\\ud800\"}", RejectReason.WrongEncoding)]
    public async Task Unreadable_lines_are_rejected_and_reading_continues(string line, RejectReason reason)
    {
        const string Good = "{\"at\": \"2026-01-05T10:00:00Z\"}\n";

        List<EventRecord> records = await ReadAsync(Utf8(Good + line + "\r\n\n" + Good), Mapping());

        Assert.Equal([null, reason, null], records.Select(record => record.RejectReason));
        Assert.Equal((line, "2"), (records[1].Raw, RecordOf(records[1].Cursor)));
    }

    [Fact]
    public async Task A_line_with_too_deep_nesting_is_malformed()
    {
        EventRecord record = Assert.Single(await ReadAsync(Utf8("{\"at\":" + new string('[', 1_000_000)), Mapping()));

        Assert.Equal(RejectReason.Malformed, record.RejectReason);
    }
}
