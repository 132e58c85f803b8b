using System.Text.Json;
using System.Text.Json.Nodes;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion.Importers;
using CallIntel.Sdk.Ingestion.Importers.Files;
using CallIntel.Sdk.Ingestion.Importers.Mapping;
using static CallIntel.Sdk.Tests.Importers.Importing;

namespace CallIntel.Sdk.Tests.Importers;

/// <summary>JSON files with one object per line, arrays, pages and pretty-printed objects.</summary>
public sealed class JsonDocumentUnitTests
{
    const string One = """{"id": "1", "at": "2026-01-05T10:00:00Z", "from": {"number": "+4532123456"}}""",
        Two = """{"id": "2", "at": "2026-01-05T10:00:01Z", "legs": [{"at": "2026-01-05T10:00:00Z"}]}""";

    static JsonMapping Mapping() =>
        new()
        {
            Time = new() { Field = "at" },
            Channel = new() { Constant = EventChannel.Call },
            Direction = new() { Constant = EventDirection.Inbound },
            Party = new() { Field = "from.number" },
            ExternalId = "id",
        };

    public static TheoryData<string> Documents =>
        [
            $"{One}\n{Two}\n",
            $"{One}\r\n\r\n{Two}",
            $"[{One},{Two}]",
            $"[\n{One},\n{Two}\n]\n",
            $"[\n  {One}\n, {Two}]",
            $"{One}{Two}",
            $"{One} {Two}\n",
            Pretty(One) + "\n" + Pretty(Two),
            $"[{Pretty(One)},{Pretty(Two)}]",
            $$"""{"page": 0, "next": null, "calls": [{{One}}, {{Two}}], "total": 2}""",
            $$"""{"page": 0, "calls": [{{One}}]}""" + "\n" + $$"""{"page": 1, "calls": [{{Two}}]}""",
            Pretty(
                "{\"meta\": {\"tags\": [{\"name\": \"x\"}]}, \"data\": {\"calls\": ["
                    + $"{One}, {Two}"
                    + "], \"more\": {}}, \"z\": 1}"
            ),
            $$"""[{"calls": [{{One}}]}, {"calls": [{{Two}}]}]""" + "\n",
        ];

    [Theory]
    [MemberData(nameof(Documents))]
    public async Task All_objects_of_a_document_are_read(string document)
    {
        List<EventRecord> records = await ReadAsync(Utf8(document), Mapping());

        Assert.Equal([null, null], records.Select(record => record.RejectReason));
        Assert.Equal(["1", "2"], records.Select(record => record.ExternalId));
        Assert.All(records, record => Assert.NotNull(record.Place));
        Assert.Equal(2, records.Select(record => record.Place).Distinct().Count());
        Assert.Equal(["1", "2"], records.Select(record => RecordOf(record.Cursor)));
        List<EventRecord> rest = await JsonLinesImporter
            .ReadAsync(Utf8(document), Mapping(), records[0].Cursor, TestContext.Current.CancellationToken)
            .ToListAsync(TestContext.Current.CancellationToken);
        Assert.Equal("2", Assert.Single(rest).ExternalId);
    }

    [Fact]
    public async Task A_mapping_can_name_the_list_of_a_page()
    {
        JsonMapping mapping = Mapping();
        mapping.Records = "result.items";

        List<EventRecord> records = await ReadAsync(
            Utf8($$"""{"at": "2026-01-05T10:00:00Z", "result": {"items": [{{One}},{{Two}}]} }"""),
            mapping
        );

        Assert.Equal(["1", "2"], records.Select(record => record.ExternalId));
    }

    [Theory]
    [InlineData("{\"id\": \"x\", \"at\": \"2026-01-")]
    [InlineData("{\"id\": \"x\",")]
    [InlineData("{\"id\": \"x\" \"at\": 1}")]
    [InlineData("{}}")]
    [InlineData("{\"id\": \"x\"}, \"at\": 1}")]
    [InlineData("{\"id\": \"x\"} \"at\": 1}")]
    [InlineData("{\"id\":")]
    [InlineData("{\"id\": [")]
    [InlineData("[1]")]
    [InlineData("log of 5 January")]
    public async Task A_damaged_first_line_does_not_affect_the_lines_after_it(string first)
    {
        List<EventRecord> records = await ReadAsync(Utf8($"{first}\n{One}\n{Two}\n"), Mapping());

        Assert.Equal([first, One, Two], records.Select(record => record.Raw));
        Assert.Equal([RejectReason.Malformed, null, null], records.Select(record => record.RejectReason));
    }

    [Theory]
    [InlineData("{\"id\":", "{\"id\": \"x\", \"at\":")]
    [InlineData("{\"id\":", "{\"id\":", "{\"id\":")]
    [InlineData("{\"id\": [", "{\"id\":")]
    public async Task Damaged_lines_do_not_affect_the_only_line_after_them(params string[] damaged)
    {
        List<EventRecord> records = await ReadAsync(Utf8($"{string.Join('\n', damaged)}\n{One}\n"), Mapping());

        Assert.Equal([.. damaged, One], records.Select(record => record.Raw));
        Assert.Null(records[^1].RejectReason);
        Assert.All(records.SkipLast(1), record => Assert.Equal(RejectReason.Malformed, record.RejectReason));
    }

    [Fact]
    public async Task A_page_that_ends_early_is_reported()
    {
        List<EventRecord> records = await ReadAsync(Utf8($$"""{"calls": [{{One}}, {"id": "2", "at"""), Mapping());

        Assert.Equal(
            [null, RejectReason.Malformed, RejectReason.Malformed],
            records.Select(record => record.RejectReason)
        );
    }

    [Fact]
    public async Task A_page_is_read_in_constant_memory()
    {
        const int Count = 100_000;
        string page =
            "{\"calls\":["
            + string.Join(
                ',',
                Enumerable.Range(0, Count).Select(i => $$"""{"id":"{{i}}","at":"2026-01-05T10:00:00Z"}""")
            )
            + "]}";
        int read = 0;
        await foreach (
            EventRecord record in JsonLinesImporter.ReadAsync(
                Utf8(page),
                Mapping(),
                TestContext.Current.CancellationToken
            )
        )
        {
            Assert.Null(record.RejectReason);
            Assert.InRange(record.Raw!.Length, 1, 60);
            read++;
        }
        Assert.Equal(Count, read);
    }

    [Theory]
    [MemberData(nameof(Documents))]
    public async Task Importers_read_the_objects_of_pages_whose_lists_they_know(string document)
    {
        await using RecordFile file = await RecordFile.OpenAsync(
            Utf8(document),
            cancellationToken: TestContext.Current.CancellationToken
        );
        List<string?> ids = [];
        await foreach (
            JsonRecord record in JsonRecord.ReadAsync(
                file,
                ["calls", "data.calls"],
                TestContext.Current.CancellationToken
            )
        )
            ids.Add(record.Object.Text("id"));

        Assert.Equal(["1", "2"], ids);
    }

    static string Pretty(string json) => JsonNode.Parse(json)!.ToJsonString(Indented);

    static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };
}
