using System.IO.Compression;
using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion.Importers;
using static CallIntel.Sdk.Tests.Importers.Importing;

namespace CallIntel.Sdk.Tests.Importers;

/// <summary>Folders and zip archives, as Google Takeout delivers them.</summary>
public sealed class FolderUnitTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("callintel").FullName;

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task All_pages_of_a_folder_or_zip_archive_are_read_in_order_and_resumed(bool packed)
    {
        string path = await WriteTakeoutAsync(packed);

        Assert.Equal("google-voice", (await ImporterRegistry.BuiltIn.DetectAsync(path, Cancellation))?.Format);
        List<EventRecord> all = await FileImport
            .ReadAsync(path, cancellationToken: Cancellation)
            .ToListAsync(Cancellation);
        List<EventRecord> pages = [];
        foreach (string page in (string[])["google-voice-group.html", "google-voice-text.html"])
            pages.AddRange(
                await GoogleVoiceImporter
                    .ReadAsync(Path.Combine(GoldenUnitTests.Folder, page), cancellationToken: Cancellation)
                    .ToListAsync(Cancellation)
            );

        Assert.Equal(pages.Select(r => (r.OccurredAt, r.Body, r.Raw)), all.Select(r => (r.OccurredAt, r.Body, r.Raw)));
        Assert.All(all, r => Assert.Matches("^page [12], byte [0-9]+$", r.Place));
        Assert.All(pages, r => Assert.Matches("^byte [0-9]+$", r.Place));
        Assert.Equal(Enumerable.Range(1, all.Count).Select(i => $"{i}"), all.Select(r => RecordOf(r.Cursor)));
        for (int i = 0; i < all.Count; i++)
            Assert.Equal(
                all.Skip(i + 1).Select(r => r.Cursor),
                await GoogleVoiceImporter
                    .ReadAsync(path, new ImportOptions { After = all[i].Cursor }, Cancellation)
                    .Select(r => r.Cursor)
                    .ToListAsync(Cancellation)
            );
        Assert.Equal(
            ErrorCodes.CursorOfAnotherFile,
            (
                await Assert.ThrowsAsync<CallIntelException>(async () =>
                    await GoogleVoiceImporter
                        .ReadAsync(path, new ImportOptions { After = pages[0].Cursor }, Cancellation)
                        .CountAsync(Cancellation)
                )
            ).Code
        );
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_importer_of_single_files_refuses_a_folder_or_zip_archive(bool packed)
    {
        string path = await WriteTakeoutAsync(packed);

        foreach (string format in (string[])["android", "twilio", "ringcentral", "vcon"])
            Assert.Equal(
                ErrorCodes.UnreadableFile,
                (
                    await Assert.ThrowsAsync<CallIntelException>(async () =>
                        await FileImport
                            .ReadAsync(path, new FileImportOptions { Format = format }, Cancellation)
                            .CountAsync(Cancellation)
                    )
                ).Code
            );
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Only_files_of_the_folder_or_zip_archive_can_be_opened(bool packed)
    {
        await using RecordFile file = await RecordFile.OpenAsync(await WriteTakeoutAsync(packed), Cancellation);

        Assert.Equal(4, file.EntryNames.Count);
        foreach (string name in file.EntryNames)
            await file.OpenEntry(name).DisposeAsync();
        foreach (string name in (string[])["../packed", "/etc/hostname", "Voice", ""])
            Assert.Throws<ArgumentException>(() => file.OpenEntry(name));
    }

    [Fact]
    public async Task A_folder_without_pages_is_not_recognized()
    {
        await File.WriteAllTextAsync(Path.Combine(_folder, "archive_browser.html"), "<html></html>", Cancellation);

        Assert.Null(await ImporterRegistry.BuiltIn.DetectAsync(_folder, Cancellation));
    }

    [Fact]
    public async Task A_damaged_zip_archive_is_a_coded_error()
    {
        string path = await WriteTakeoutAsync(packed: true);
        byte[] bytes = await File.ReadAllBytesAsync(path, Cancellation);
        await File.WriteAllBytesAsync(path, bytes[..(bytes.Length / 2)], Cancellation);

        Assert.Equal(
            ErrorCodes.UnreadableFile,
            (
                await Assert.ThrowsAsync<CallIntelException>(async () =>
                    await FileImport.ReadAsync(path, cancellationToken: Cancellation).CountAsync(Cancellation)
                )
            ).Code
        );
    }

    /// <summary>Writes a folder or zip archive with two pages and other files.</summary>
    async Task<string> WriteTakeoutAsync(bool packed)
    {
        string takeout = Path.Combine(_folder, "Takeout"),
            calls = Path.Combine(takeout, "Voice", "Calls");
        Directory.CreateDirectory(calls);
        await File.WriteAllTextAsync(Path.Combine(takeout, "archive_browser.html"), "<html></html>", Cancellation);
        await File.WriteAllTextAsync(Path.Combine(calls, "a recording.mp3"), "x", Cancellation);
        foreach (string page in (string[])["google-voice-text.html", "google-voice-group.html"])
            File.Copy(Path.Combine(GoldenUnitTests.Folder, page), Path.Combine(calls, page));
        if (!packed)
            return takeout;
        string archive = Path.Combine(_folder, "packed"); // recognized without its extension
        await ZipFile.CreateFromDirectoryAsync(takeout, archive, Cancellation);
        return archive;
    }
}
