using System.IO.Compression;
using System.Text;
using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion.Importers;

namespace CallIntel.Sdk.Tests.Importers;

public sealed class ZipUnitTests
{
    const string Calls = """
        <calls count="2">
          <call number="+14155550101" duration="30" date="1767603600000" type="1" />
          <call number="+14155550102" duration="0" date="1767607200000" type="3" />
        </calls>
        """;

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("calls.xml")]
    [InlineData("folder/CALLS.XML")]
    public async Task A_zip_archive_with_one_file_is_read_as_that_file(string name)
    {
        using MemoryStream zip = Zip((name, Calls), ("__MACOSX/._calls.xml", "x"), (".DS_Store", "x"), ("folder/", ""));
        List<EventRecord> packed = await FileImport.ReadAsync(zip, null, Cancellation).ToListAsync(Cancellation);
        List<EventRecord> plain = await FileImport
            .ReadAsync(new MemoryStream(Encoding.UTF8.GetBytes(Calls)), null, Cancellation)
            .ToListAsync(Cancellation);
        Assert.Equal(2, plain.Count);
        Assert.Equal(
            plain.Select(r => (r.Party, r.Place, r.Cursor, r.OccurredAt)),
            packed.Select(r => (r.Party, r.Place, r.Cursor, r.OccurredAt))
        );
        zip.Position = 0;
        Assert.Single(
            await FileImport
                .ReadAsync(zip, new FileImportOptions { After = plain[0].Cursor }, Cancellation)
                .ToListAsync(Cancellation)
        );
    }

    [Fact]
    public async Task A_zip_archive_with_several_files_or_another_one_is_refused_as_before()
    {
        foreach (
            MemoryStream zip in new[] { Zip(("a.xml", Calls), ("b.xml", Calls)), Zip(("notes.doc", Calls)), Zip() }
        )
            using (zip)
                Assert.Contains(
                    (
                        await Assert.ThrowsAsync<CallIntelException>(async () =>
                            await FileImport.ReadAsync(zip, null, Cancellation).CountAsync(Cancellation)
                        )
                    ).Code,
                    new[] { ErrorCodes.WrongFormat, ErrorCodes.UnreadableFile }
                );
    }

    static MemoryStream Zip(params (string Name, string Text)[] files)
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
