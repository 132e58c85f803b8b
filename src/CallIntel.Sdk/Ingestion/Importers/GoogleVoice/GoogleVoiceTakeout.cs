using System.IO.Compression;
using System.Runtime.CompilerServices;
using System.Text;
using CallIntel.Sdk.Events;

namespace CallIntel.Sdk.Ingestion.Importers.GoogleVoice;

/// <summary>Reads Google Voice's part of a Google Takeout: text conversations, calls, voicemails and recordings.</summary>
/// <remarks>
/// The format is not documented; what is read is what the pages of <c>Takeout/Voice/Calls</c> have held since 2011. Times carry their offset. A
/// page is a conversation of some hundred messages, and one page is held at a time.
/// </remarks>
public static class GoogleVoiceTakeout
{
    /// <summary>Reads a page, a folder with pages below it, or the zip archive as it was downloaded.</summary>
    /// <param name="path">The page, folder or archive; read when the first record is asked for.</param>
    /// <param name="options">Where to resume, and whose lines they are. Default: from the beginning, nobody's.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="CallIntelException"><c>CI0023</c> a file cannot be read, <c>CI0170</c> the cursor is of other files.</exception>
    public static IAsyncEnumerable<EventRecord> ReadAsync(
        string path,
        ImportOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        options ??= new();
        return Directory.Exists(path) ? ReadFolderAsync(path, options, cancellationToken)
            : Path.GetExtension(path).Equals(".zip", StringComparison.OrdinalIgnoreCase)
                ? ReadArchiveAsync(path, options, cancellationToken)
            : FileImport.ReadAsync(
                path,
                options,
                (stream, token) => ParseAsync(stream, Path.GetFileName(path), options, token),
                cancellationToken
            );
    }

    /// <summary>Reads one page.</summary>
    /// <param name="stream">The page, at its beginning; need not seek, and stays open.</param>
    /// <param name="name">The name of its file, which says who the other side is where nobody of it wrote: <c>+4532123456 - Text - 2026-01-05T09_30_00Z.html</c>.</param>
    /// <param name="options">Where to resume, and whose lines they are. Default: from the beginning, nobody's.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="CallIntelException"><c>CI0023</c> the stream cannot be read, <c>CI0170</c> the cursor is of another file.</exception>
    public static IAsyncEnumerable<EventRecord> ReadAsync(
        Stream stream,
        string name,
        ImportOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(name);
        return FileImport.ReadAsync(
            stream,
            options ??= new(),
            (file, token) => ParseAsync(file, name, options, token),
            cancellationToken
        );
    }

    static IAsyncEnumerable<EventRecord> ReadFolderAsync(
        string path,
        ImportOptions options,
        CancellationToken cancellationToken
    )
    {
        string[] files;
        try
        {
            files =
            [
                .. Directory
                    .EnumerateFiles(path, "*.html", SearchOption.AllDirectories)
                    .Where(IsPage)
                    .Order(StringComparer.Ordinal),
            ];
        }
        catch (Exception e) when (ImportSource.IsUnreadable(e))
        {
            throw ImportSource.Unreadable("The folder to import cannot be read.", e);
        }
        return ReadAllAsync(files, file => ImportSource.Open(file), options, cancellationToken);
    }

    static async IAsyncEnumerable<EventRecord> ReadArchiveAsync(
        string path,
        ImportOptions options,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        using Stream file = ImportSource.Open(path);
        ZipArchive archive;
        try
        {
            archive = new ZipArchive(file, ZipArchiveMode.Read);
        }
        catch (Exception e) when (ImportSource.IsUnreadable(e))
        {
            throw ImportSource.Unreadable("The archive to import is damaged.", e);
        }
        using (archive)
        {
            string[] pages =
            [
                .. archive.Entries.Select(entry => entry.FullName).Where(IsPage).Order(StringComparer.Ordinal),
            ];
            await foreach (
                EventRecord record in ReadAllAsync(
                        pages,
                        name => archive.GetEntry(name)!.Open(),
                        options,
                        cancellationToken
                    )
                    .ConfigureAwait(false)
            )
                yield return record;
        }
    }

    /// <summary>All pages as one file: the cursor names the list of them.</summary>
    static IAsyncEnumerable<EventRecord> ReadAllAsync(
        string[] pages,
        Func<string, Stream> open,
        ImportOptions options,
        CancellationToken cancellationToken
    )
    {
        MemoryStream list = new(Encoding.UTF8.GetBytes(string.Join('\n', pages.Select(Path.GetFileName))));
        return FileImport.ReadAsync(list, options, Parse, cancellationToken);

        async IAsyncEnumerable<EventRecord> Parse(Stream _, [EnumeratorCancellation] CancellationToken token)
        {
            foreach (string page in pages)
            {
                await using Stream stream = open(page);
                await foreach (
                    EventRecord record in ParseAsync(stream, Path.GetFileName(page), options, token)
                        .ConfigureAwait(false)
                )
                    yield return record;
            }
        }
    }

    static bool IsPage(string path) =>
        path.EndsWith(".html", StringComparison.OrdinalIgnoreCase)
        && Path.GetFileName(path) is not "archive_browser.html";

    static async IAsyncEnumerable<EventRecord> ParseAsync(
        Stream stream,
        string name,
        ImportOptions options,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        VoicePage page = await VoicePageReader.ReadAsync(stream, cancellationToken).ConfigureAwait(false);
        foreach (EventRecord record in VoiceRecords.Of(page, name, options))
            yield return record;
    }
}
