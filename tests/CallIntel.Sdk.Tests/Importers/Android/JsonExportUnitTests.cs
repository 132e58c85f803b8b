using System.IO.Compression;
using System.Text;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion.Importers;

namespace CallIntel.Sdk.Tests.Importers.Android;

/// <summary>Exports of the app "SMS Import / Export" as zip archives.</summary>
public sealed class JsonExportUnitTests
{
    const string Mms =
        """{"_id":"9","date":"1767603600","msg_box":"1","__sender_address":{"address":"+4532123456"}"""
        + ""","__parts":[{"ct":"image/jpeg","_data":"/data/user/0/app_parts/PART_1.jpg","cl":"a.jpg"}]}""";
    const string Call =
        """[{"_id":"1","number":"+4532123456","date":"1767600000853","duration":"72","type":"1","presentation":"1"}]""";

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Attachments_are_hashed_and_places_name_the_file()
    {
        using MemoryStream zip = Zip(
            ("messages.ndjson", Mms + "\n"),
            ("calls.json", Call),
            ("data/PART_1.jpg", "hello")
        );
        List<EventRecord> records = await FileImport
            .ReadAsync(zip, cancellationToken: Cancellation)
            .ToListAsync(Cancellation);

        Assert.Equal(["calls.json, line 1", "messages.ndjson, line 1"], records.Select(record => record.Place));
        EventPart part = Assert.Single(records[1].Parts);
        Assert.Equal("sha256:2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824 a.jpg", part.Reference);
        Assert.Equal(5, part.Size);
    }

    [Theory]
    [InlineData("messages.ndjson", "{\"a\":1}")]
    [InlineData("other.ndjson", Mms)]
    public async Task Other_archives_are_not_recognized(string name, string text)
    {
        // An archive with a single file would be read as that file.
        using MemoryStream zip = Zip((name, text), ("data/PART_1.jpg", "hello"));
        await using RecordFile file = await RecordFile.OpenAsync(zip, cancellationToken: Cancellation);
        Assert.Null(ImporterRegistry.BuiltIn.Detect(file));
    }

    [Fact]
    public async Task Attachments_of_version_1_are_in_the_record()
    {
        const string Text =
            """[{"_id":"9","date":"1767603600","msg_box":"1","sender_address":{"address":"+4532123456"},"parts":"""
            + """[{"ct":"image/jpeg","binary_data":"aGVsbG8=","cl":"a.jpg"}]}]""";
        EventRecord record = await AndroidImporter
            .ReadAsync(Importing.Utf8(Text), cancellationToken: Cancellation)
            .SingleAsync(Cancellation);
        Assert.Equal(5, Assert.Single(record.Parts).Size);
    }

    static MemoryStream Zip(params IEnumerable<(string Name, string Text)> files)
    {
        MemoryStream zip = new();
        using (ZipArchive archive = new(zip, ZipArchiveMode.Create, leaveOpen: true))
            foreach ((string name, string text) in files)
            {
                using Stream entry = archive.CreateEntry(name).Open();
                entry.Write(Encoding.UTF8.GetBytes(text));
            }
        zip.Position = 0;
        return zip;
    }
}
