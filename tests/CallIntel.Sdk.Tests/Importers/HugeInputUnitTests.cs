using System.Globalization;
using System.IO.Compression;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion.Importers;
using CallIntel.Sdk.Ingestion.Importers.Mapping;
using CallIntel.Sdk.Tests.Importers.Fuzzing;

namespace CallIntel.Sdk.Tests.Importers;

/// <summary>
/// Files with one very long part, of which an importer must not hold more than a record in memory. With
/// CALLINTEL_LONG_TESTS=1, the part is a gigabyte.
/// </summary>
[Collection(nameof(HugeInputUnitTests))]
// the tests measure the memory of the whole process
[CollectionDefinition(nameof(HugeInputUnitTests), DisableParallelization = true)]
public sealed class HugeInputUnitTests
{
    const long MostMemory = 60L << 20;

    /// <summary>A vCon of 64 MiB is held in memory and copied once.</summary>
    const long MostMemoryOfVCon = 320L << 20;

    const string Sms = "<sms address=\"+4532123456\" date=\"1767600000001\" type=\"1\" body=\"ok\" />",
        Mms = "<mms date=\"1767603600000\" msg_box=\"1\" address=\"+4532123456\"",
        Message =
            "<div class=\"message\"><abbr class=\"dt\" title=\"2026-01-05T08:00:00Z\">x</abbr><cite><a "
            + "class=\"tel\" href=\"tel:+14155550100\"><span class=\"fn\">Anna</span></a></cite><q>",
        VCon =
            "{\"uuid\":\"u\",\"parties\":[{\"tel\":\"+4532123456\"}],\"dialog\":[{\"type\":\"text\","
            + "\"start\":\"2026-01-05T08:00:00Z\",\"body\":\"ok\"}]}";

    [Theory]
    [InlineData(
        "android",
        "<smses><sms address=\"+4532123456\" date=\"1767600000000\" type=\"1\" body=\"",
        "\" />" + Sms + "</smses>"
    )]
    [InlineData(
        "twilio",
        "{\"sid\":\"SM0\",\"body\":\"",
        "\"}\n{\"sid\":\"SM1\",\"direction\":\"inbound\",\"from\":\"+4532123456\",\"body\":\"ok\","
            + "\"date_created\":\"2026-01-05T08:00:00Z\"}"
    )]
    [InlineData(
        "ringcentral",
        "{\"records\":[{\"id\":\"1\",\"x\":\"",
        "\"},{\"id\":\"2\",\"direction\":\"Inbound\",\"startTime\":\"2026-01-05T08:00:00Z\"}]}"
    )]
    [InlineData(
        "asterisk",
        "\"\",\"",
        "\"\n\"\",\"101\",\"102\",\"x\",\"\",\"a\",\"b\",\"Dial\",\"\",\"2026-01-05 12:10:00\",\"\","
            + "\"2026-01-05 12:10:09\",9,0,\"BUSY\",\"DOCUMENTATION\""
    )]
    [InlineData("google-voice", "<title>Anna</title>" + Message, "</q></div>" + Message + "ok</q></div>")]
    [InlineData("vcon", "[{\"uuid\":\"u\",\"parties\":[],\"subject\":\"", "\"},\n" + VCon + "]")]
    [InlineData(
        "csv",
        "time,from,way,seconds,cost,text\n2026-01-05T10:00:00,,in,1,,\"",
        "\"\n2026-01-05T10:00:00,,in,1,,ok\n"
    )]
    [InlineData("jsonl", "{\"id\":\"", "\"}\n{\"id\":\"2\",\"at\":1767600000000}\n")]
    public async Task A_very_long_record_is_rejected_and_the_next_one_is_read(
        string format,
        string before,
        string after
    )
    {
        LongStream file = new(before, format is "vcon" ? Math.Max(Size, 80L << 20) : Size, after);
        Assert.Equal([RejectReason.TextTooLong, null], await ReasonsAsync(format, file));
        Assert.InRange(file.MostMemory, 0, format is "vcon" ? MostMemoryOfVCon : MostMemory);
    }

    [Theory]
    [InlineData("attributes", "<smses><sms", " a{0}=\"\"", "/>" + Sms + "</smses>")]
    [InlineData(
        "addresses",
        "<smses>" + Mms + "><addrs>",
        "<addr address=\"{0}\" type=\"151\"/>",
        "</addrs></mms>" + Sms + "</smses>"
    )]
    [InlineData(
        "parts",
        "<smses>" + Mms + "><parts>",
        "<part ct=\"image/png\" cl=\"{0}\"/>",
        "</parts></mms>" + Sms + "</smses>"
    )]
    [InlineData(
        "texts",
        "<smses>" + Mms + "><parts>",
        "<part ct=\"text/plain\" text=\"{0}\"/>",
        "</parts></mms>" + Sms + "</smses>"
    )]
    public async Task An_element_with_too_many_children_is_rejected_and_the_next_one_is_read(
        string what,
        string before,
        string child,
        string after
    )
    {
        LongStream file = new(before, Size, after, i => string.Format(CultureInfo.InvariantCulture, child, i));
        Assert.True(await ReasonsAsync("android", file) is [RejectReason.TextTooLong, null], what);
        Assert.InRange(file.MostMemory, 0, MostMemory);
    }

    [Fact]
    public async Task The_lengths_of_all_addresses_of_a_message_are_limited_together()
    {
        string million = new('9', 1_000_000);
        LongStream file = new("<smses>" + Mms + "><addrs>", Size, "</addrs></mms>" + Sms + "</smses>", i =>
            $"<addr address=\"{i}{million}\" type=\"151\"/>"
        );
        Assert.Equal([RejectReason.TextTooLong, null], await ReasonsAsync("android", file));
        Assert.InRange(file.MostMemory, 0, MostMemory);
    }

    [Theory]
    [InlineData("a comment", "<!--", "-->")]
    [InlineData("marked text", "<![CDATA[", "]]>")]
    [InlineData("an instruction", "<?php ", "?>")]
    [InlineData("text", "", "")]
    [InlineData("an end", "</", ">")]
    public async Task Very_long_markup_between_records_is_skipped(string what, string before, string after)
    {
        LongStream file = new("<smses>" + before, Size, after + Sms + "</smses>");
        Assert.True(await ReasonsAsync("android", file) is [null], what);
        Assert.InRange(file.MostMemory, 0, MostMemory);
    }

    [Theory]
    [InlineData(
        "<div class=\"participants\">",
        "<cite><a class=\"tel\" href=\"tel:+1415{0}\"><span class=\"fn\">Anna</span></a></cite>",
        "</div>" + Message + "ok</q></div>",
        RejectReason.TextTooLong
    )]
    [InlineData(Message + "ok</q></div>", "<a rel=\"tag\" href=\"#{0}\"></a>", "", null)]
    public async Task A_page_with_too_many_people_or_labels_is_read_in_constant_memory(
        string before,
        string person,
        string after,
        RejectReason? expected
    )
    {
        LongStream file = new(before, Size, after, i => string.Format(CultureInfo.InvariantCulture, person, i));
        Assert.Equal([expected], await ReasonsAsync("google-voice", file));
        Assert.InRange(file.MostMemory, 0, MostMemory);
    }

    [Fact]
    public async Task A_page_with_too_many_messages_is_read_up_to_the_limit_and_the_rest_is_rejected()
    {
        LongStream file = new("<title>Anna</title>", Size, "", i => $"{Message}{i}</q></div>");
        RejectReason?[] reasons = await ReasonsAsync("google-voice", file);
        Assert.Equal(RejectReason.TextTooLong, reasons[^1]);
        Assert.Equal(20_000, reasons.Count(reason => reason is null));
        Assert.InRange(file.MostMemory, 0, MostMemory);
    }

    [Fact]
    public async Task A_file_that_decompresses_to_a_thousand_times_its_size_is_read_in_constant_memory()
    {
        using MemoryStream packed = new();
        using (GZipStream gzip = new(packed, CompressionLevel.Fastest, leaveOpen: true))
            await new LongStream("{\"sid\":\"SM0\",\"body\":\"", Size, "\"}\n").CopyToAsync(
                gzip,
                TestContext.Current.CancellationToken
            );
        packed.Position = 0;
        Assert.InRange(packed.Length, 1, Size / 100);

        // all of it runs on this thread
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Equal([RejectReason.TextTooLong], await ReasonsAsync("twilio", packed));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, MostMemory);
    }

    [Fact]
    public async Task Attachments_of_any_size_are_hashed_in_constant_memory()
    {
        LongStream file = new(
            "<smses>" + Mms + "><parts><part ct=\"image/png\" cl=\"a.png\" data=\"",
            Size,
            "\"/></parts></mms></smses>"
        );
        EventRecord mms = Assert.Single(
            await GoldenUnitTests.Read("android", file).ToListAsync(TestContext.Current.CancellationToken)
        );
        Assert.Equal(Size / 4 * 3, Assert.Single(mms.Parts).Size);
        Assert.InRange(file.MostMemory, 0, MostMemory);
    }

    [Fact]
    public async Task The_cost_of_a_vCon_is_linear_in_its_dialogs_and_analyses()
    {
        const int Count = 10_000;
        string dialogs = string.Join(
            ',',
            Enumerable
                .Range(0, Count)
                .Select(_ => "{\"type\":\"text\",\"start\":\"2026-01-05T08:00:00Z\",\"body\":\"x\"}")
        );
        string analyses = string.Join(
            ',',
            Enumerable
                .Range(0, Count)
                .Select(i => $"{{\"type\":\"summary\",\"dialog\":{Count - 1 - i},\"body\":\"of {Count - 1 - i}\"}}")
        );
        Stream file = Importing.Utf8(
            $"{{\"uuid\":\"u\",\"parties\":[],\"dialog\":[{dialogs}],\"analysis\":[{analyses}]}}"
        );

        // reading an analysis allocates memory on this thread; reading each one for each dialog would take gigabytes
        long before = GC.GetAllocatedBytesForCurrentThread();
        int index = 0;
        await foreach (
            EventRecord record in GoldenUnitTests
                .Read("vcon", file)
                .WithCancellation(TestContext.Current.CancellationToken)
        )
            Assert.Equal($"of {index++}", record.Summary);
        Assert.Equal(Count, index);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 300L << 20);
    }

    static long Size { get; } = FuzzRun.IsLong ? 1L << 30 : 24L << 20;

    static async Task<RejectReason?[]> ReasonsAsync(string format, Stream file)
    {
        IAsyncEnumerable<EventRecord> records = format switch
        {
            "csv" => CsvImporter.ReadAsync(
                file,
                FramedFormat.Mapped(new CsvMapping(), quoting: true),
                TestContext.Current.CancellationToken
            ),
            "jsonl" => JsonLinesImporter.ReadAsync(file, FramedFormat.Json(), TestContext.Current.CancellationToken),
            _ => GoldenUnitTests.Read(format, file),
        };
        return await records.Select(record => record.RejectReason).ToArrayAsync(TestContext.Current.CancellationToken);
    }
}
