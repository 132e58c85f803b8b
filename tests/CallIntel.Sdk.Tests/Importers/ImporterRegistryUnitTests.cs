using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion.Importers;
using CallIntel.Sdk.Ingestion.Importers.Mapping;
using static CallIntel.Sdk.Tests.Importers.Importing;

namespace CallIntel.Sdk.Tests.Importers;

/// <summary>Which importer reads a file, and which options it accepts.</summary>
public sealed class ImporterRegistryUnitTests : IDisposable
{
    readonly string _mapping = Path.GetTempFileName();

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => File.Delete(_mapping);

    [Fact]
    public void The_built_in_formats_have_stable_names_and_descriptions()
    {
        Assert.Equal(
            [
                "android",
                "google-voice",
                "vcon",
                "twilio",
                "ringcentral",
                "asterisk",
                "whatsapp",
                "freeswitch",
                "jsonl",
                "csv",
            ],
            ImporterRegistry.BuiltIn.Importers.Select(importer => importer.Format)
        );
        Assert.All(ImporterRegistry.BuiltIn.Importers, importer => Assert.NotEqual("", importer.Description));
        Assert.Equal("vcon", ImporterRegistry.BuiltIn.Find("VCON")?.Format);
        Assert.Null(ImporterRegistry.BuiltIn.Find("excel"));
    }

    [Fact]
    public async Task An_added_importer_is_asked_before_the_others_and_the_original_registry_is_unchanged()
    {
        ImporterRegistry registry = ImporterRegistry.BuiltIn.Add(new StubImporter("greedy"));

        Assert.Equal("greedy", await DetectAsync(registry, "a,b\n1,2\n"));
        Assert.Equal("csv", await DetectAsync(ImporterRegistry.BuiltIn, "a,b\n1,2\n"));
        Assert.Equal("csv", await DetectAsync(registry, "a,b\n1,2\n", hasMapping: true));
    }

    [Theory]
    [InlineData("csv")]
    [InlineData("")]
    [InlineData("My Format")]
    public void Invalid_and_duplicate_format_names_are_rejected(string format) =>
        Assert.Throws<ArgumentException>(() => ImporterRegistry.BuiltIn.Add(new StubImporter(format)));

    [Theory]
    [InlineData("{\"a\":1}\n", "jsonl")]
    [InlineData("{\"sid\":\"SM0\",\"date_created\":\"x\"}\n", "twilio")]
    // Aircall writes the SIDs of Twilio
    [InlineData("{\"calls\":[{\"id\":1,\"sid\":\"CA0\",\"started_at\":1767607200}]}", "jsonl")]
    // a report with a title
    [InlineData("Calls of January\n\nDate,Type,Number\n2026-01-05,in,+4532123456\n", "csv")]
    [InlineData("a;b\n1;2\n", "csv")]
    [InlineData("a\tb\n", "csv")]
    [InlineData("once upon a time\n", null)]
    [InlineData("<html></html>", null)]
    [InlineData("", null)]
    public async Task Files_are_detected_by_their_beginning(string text, string? format) =>
        Assert.Equal(format, await DetectAsync(ImporterRegistry.BuiltIn, text));

    [Theory]
    [InlineData("{\"sid\":\"SM0\"}\n", "jsonl")]
    [InlineData("a|b\n1|2\n", "csv")]
    [InlineData("<smses>", "csv")]
    public async Task With_a_mapping_a_file_is_JSON_Lines_or_CSV(string text, string format) =>
        Assert.Equal(format, await DetectAsync(ImporterRegistry.BuiltIn, text, hasMapping: true));

    [Fact]
    public async Task An_unknown_format_is_an_error_that_lists_the_registered_ones()
    {
        CallIntelException undetected = await RefusedAsync("once upon a time", new());
        Assert.Equal(ErrorCodes.WrongFormat, undetected.Code);
        Assert.Contains("android, google-voice, vcon", undetected.Remedy, StringComparison.Ordinal);

        CallIntelException unregistered = await RefusedAsync("a,b\n", new() { Format = "excel" });
        Assert.Equal(ErrorCodes.WrongFormat, unregistered.Code);
        Assert.Contains("excel", unregistered.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Options_that_the_format_requires_or_does_not_use_are_errors()
    {
        FileImportOptions[] wrong =
        [
            new() { Format = "csv" },
            new() { Format = "asterisk" },
            new() { Format = "asterisk", TimeZone = "Europe/Atlantis" },
            new() { Format = "vcon", TimeZone = "Europe/Copenhagen" },
            new() { Format = "android", MappingFile = _mapping },
        ];
        foreach (FileImportOptions options in wrong)
            Assert.Equal(ErrorCodes.InvalidMapping, (await RefusedAsync("a,b\n", options)).Code);
    }

    [Fact]
    public async Task Wrong_options_are_reported_before_the_first_record_is_requested()
    {
        await using RecordFile file = await RecordFile.OpenAsync(Utf8("a,b\n"), cancellationToken: Cancellation);

        Assert.Equal(
            ErrorCodes.InvalidMapping,
            Assert.Throws<CallIntelException>(() => FileImport.ReadAsync(file, cancellationToken: Cancellation)).Code
        );
        await File.WriteAllTextAsync(_mapping, "{ \"tiem\": {} }", Cancellation);
        Assert.Equal(
            ErrorCodes.InvalidMapping,
            Assert
                .Throws<CallIntelException>(() =>
                    FileImport.ReadAsync(file, new() { MappingFile = _mapping }, Cancellation)
                )
                .Code
        );
    }

    [Fact]
    public async Task A_mapping_file_applies_and_the_time_zone_of_the_options_overrides_its_own()
    {
        await File.WriteAllTextAsync(
            _mapping,
            """
            { "time": { "field": "at", "timeZone": "America/New_York" }, "channel": { "constant": "sms" },
              "direction": { "constant": "inbound" } }
            """,
            Cancellation
        );
        foreach (string text in (string[])["at,x\n2026-01-05T10:00:00,1\n", "{\"at\":\"2026-01-05T10:00:00\"}"])
        {
            FileImportOptions options = new() { MappingFile = _mapping };
            Assert.Equal(TimeSpan.FromHours(-5), await OffsetAsync(text, options));
            options.TimeZone = "Europe/Copenhagen";
            Assert.Equal(TimeSpan.FromHours(1), await OffsetAsync(text, options));
        }
    }

    [Fact]
    public async Task Cursors_of_skipped_records_count_when_a_mapped_file_is_resumed()
    {
        // between two lines that do not belong to the org: skipped, and counted
        const string Text = "time,from,to,seconds\n1,10,7,60\n2,8,9,1\n3,8,9,1\n4,10,8,60\n5,10,9,60\n";
        List<EventRecord> all = await ReadAsync(Text, Calls());
        Assert.Equal(["1", "4", "5"], all.Select(record => RecordOf(record.Cursor)));

        for (int i = 0; i < all.Count; i++)
            Assert.Equal(
                all[(i + 1)..],
                await CsvImporter.ReadAsync(Utf8(Text), Calls(), all[i].Cursor, Cancellation).ToListAsync(Cancellation)
            );
    }

    static async Task<TimeSpan> OffsetAsync(string text, FileImportOptions options) =>
        (await FileImport.ReadAsync(Utf8(text), options, Cancellation).SingleAsync(Cancellation)).OccurredAt.Offset;

    static async Task<string?> DetectAsync(ImporterRegistry registry, string text, bool hasMapping = false)
    {
        await using RecordFile file = await RecordFile.OpenAsync(Utf8(text), cancellationToken: Cancellation);
        return registry.Detect(file, hasMapping)?.Format;
    }

    static Task<CallIntelException> RefusedAsync(string text, FileImportOptions options) =>
        Assert.ThrowsAsync<CallIntelException>(async () =>
            await FileImport.ReadAsync(Utf8(text), options, Cancellation).CountAsync(Cancellation)
        );

    sealed class StubImporter(string format) : IRecordImporter
    {
        public string Format => format;

        public string Description => "every file";

        public bool Recognizes(RecordFile file) => true;

        public IAsyncEnumerable<EventRecord> ReadAsync(
            RecordFile file,
            FileImportOptions options,
            CancellationToken cancellationToken = default
        ) => AsyncEnumerable.Empty<EventRecord>();
    }
}
