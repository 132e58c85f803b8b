using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion.Importers.Mapping;
using static CallIntel.Sdk.Tests.Importers.Importing;

namespace CallIntel.Sdk.Tests.Importers;

/// <summary>Ids, conversations, sides and codes as a mapping defines them.</summary>
public sealed class MappedIdsUnitTests
{
    const string Header = "id,seq,call,parent,time,way,from,to,length,state\n";

    [Fact]
    public async Task Several_fields_can_be_the_id_and_one_the_conversation()
    {
        List<EventRecord> records = await ReadAsync(
            Header
                + "a,1,c1,,2026-01-05T10:00:00Z,in,+4532123456,101,0:02,ok\n"
                + "a,2,c1,a/1,2026-01-05T10:00:05Z,out,101,+4532123457,1:35,?\n"
                + "a,,,,2026-01-05T10:00:09Z,guess,+4532123456,101,,ok\n",
            Mapping()
        );

        Assert.Equal(["a/1", "a/2", null], records.Select(record => record.ExternalId));
        Assert.Equal(["c1", "c1", null], records.Select(record => record.Details?.ConversationId));
        Assert.Equal([null, "a/1", null], records.Select(record => record.Details?.ParentId));
        Assert.Equal(["+4532123456", "+4532123457", "+4532123456"], records.Select(record => record.Party));
        Assert.All(records, record => Assert.Equal("101", record.Details?.OwnNumber));
        Assert.Equal([120, 5700, null], records.Select(record => record.Duration?.TotalSeconds));
        Assert.Equal(
            [EventOutcome.Completed, EventOutcome.Failed, EventOutcome.Completed],
            records.Select(record => record.Outcome)
        );
        Assert.Equal(
            [DirectionBasis.Stated, DirectionBasis.Stated, DirectionBasis.Assumed],
            records.Select(record => record.DirectionBasis)
        );
    }

    [Fact]
    public async Task Contradictory_fields_are_refused()
    {
        Action<CsvMapping>[] wrong =
        [
            mapping => mapping.ExternalId = "id",
            mapping => mapping.ExternalIdFields = [],
            mapping => mapping.LineIsIdentity = true,
            mapping => mapping.Party!.OutboundField = null,
            mapping => mapping.Party!.Field = "from",
            mapping => mapping.Line!.InboundField = null,
            mapping => mapping.Line!.IsNumber = false, // without a scope
            mapping => mapping.Outcome!.Otherwise = (EventOutcome)99,
        ];
        foreach (Action<CsvMapping> change in wrong)
        {
            CsvMapping mapping = Mapping();
            change(mapping);
            Assert.Equal(ErrorCodes.InvalidMapping, (await RefusedAsync(Header, mapping)).Code);
        }
    }

    [Fact]
    public async Task The_first_fitting_pattern_reads_a_time()
    {
        CsvMapping mapping = Mapping();
        mapping.Time = new()
        {
            Field = "time",
            Format = TimeFormat.Custom,
            Patterns = ["dd.MM.yy HH:mm", "dd.MM.yyyy HH:mm"],
        };
        List<EventRecord> records = await ReadAsync(
            Header + "a,1,,,05.01.26 10:00,in,1,2,,ok\na,2,,,05.01.2026 10:00,in,1,2,,ok\na,3,,,x,in,1,2,,ok\n",
            mapping
        );
        Assert.Equal(records[0].OccurredAt, records[1].OccurredAt);
        Assert.Equal(RejectReason.Malformed, records[2].RejectReason);
    }

    [Fact]
    public async Task Columns_are_found_by_their_letters_and_digits_if_that_is_unambiguous()
    {
        CsvMapping mapping = Messages();
        mapping.Body = "message_text";
        Assert.Equal(
            "hi",
            Assert.Single(await ReadAsync("time,from,Message Text\n2026-01-05T10:00:00Z,1,hi\n", mapping)).Body
        );
        Assert.Equal(
            ErrorCodes.InvalidMapping,
            (await RefusedAsync("time,from,Message Text,MessageText\n", mapping)).Code
        );
    }

    static CsvMapping Mapping() =>
        new()
        {
            Time = new() { Field = "time" },
            Channel = new() { Constant = EventChannel.Call },
            Direction = new()
            {
                Field = "way",
                Map = new Dictionary<string, EventDirection>
                {
                    ["in"] = EventDirection.Inbound,
                    ["out"] = EventDirection.Outbound,
                    ["guess"] = EventDirection.Inbound,
                },
                Assumed = ["guess"],
            },
            Party = new() { InboundField = "from", OutboundField = "to" },
            Line = new()
            {
                InboundField = "to",
                OutboundField = "from",
                IsNumber = true,
            },
            Duration = new() { Field = "length", HoursAndMinutes = true },
            Outcome = new()
            {
                Field = "state",
                Map = new Dictionary<string, EventOutcome> { ["ok"] = EventOutcome.Completed },
                Otherwise = EventOutcome.Failed,
            },
            ExternalIdFields = ["id", "seq"],
            Details = new() { ConversationId = "call", ParentId = "parent" },
        };
}
