using System.Runtime.CompilerServices;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion.Importers.GoogleVoice;

namespace CallIntel.Sdk.Ingestion.Importers;

/// <summary>
/// Reads Google Voice data of a Google Takeout: text conversations, calls, voicemails and recordings.
/// </summary>
/// <remarks>
/// Google does not document the format. The importer reads the data that the pages in <c>Takeout/Voice/Calls</c> have
/// been known to contain since 2011. Times have an offset. One page is held in memory at a time; a page is a
/// conversation of some hundred messages.
/// </remarks>
public sealed class GoogleVoiceImporter : IRecordImporter
{
    /// <summary>The number of pages of an archive whose beginning is read to recognize the archive.</summary>
    const int MostProbed = 50;

    string IRecordImporter.Format => "google-voice";

    string IRecordImporter.Description => "Google Voice in a Google Takeout: zip archive, folder or page";

    bool IRecordImporter.Recognizes(RecordFile file) =>
        file.IsFolder
            ? file.EntryNames.Where(IsPage).Take(MostProbed).Any(page => IsVoice(file, page))
            : file.IsMarkup
                && (
                    file.BeginningText.Contains("hChatLog", StringComparison.Ordinal)
                    || file.BeginningText.Contains("haudio", StringComparison.Ordinal)
                );

    IAsyncEnumerable<EventRecord> IRecordImporter.ReadAsync(
        RecordFile file,
        FileImportOptions options,
        CancellationToken cancellationToken
    ) => ParseAsync(file, options, cancellationToken);

    /// <summary>Reads a page, all pages in a folder and its subfolders, or the zip archive as downloaded.</summary>
    /// <param name="path">
    /// The path of the page, folder or zip archive. It is opened when the first record is requested.
    /// </param>
    /// <param name="options">The options.</param>
    /// <param name="cancellationToken">Cancels reading.</param>
    /// <exception cref="CallIntelException">
    /// <c>CI0023</c>: a file cannot be read. <c>CI0170</c>: the cursor belongs to other files.
    /// </exception>
    public static IAsyncEnumerable<EventRecord> ReadAsync(
        string path,
        ImportOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        options ??= new();
        return FileImport.ReadAsync(
            path,
            options.After,
            (file, token) => ParseAsync(file, options, token),
            cancellationToken
        );
    }

    /// <summary>Reads one page.</summary>
    /// <param name="stream">The stream, at its beginning. It need not be seekable, and it stays open.</param>
    /// <param name="name">
    /// The file name of the page, for example <c>+4532123456 - Text - 2026-01-05T09_30_00Z.html</c>. It identifies the
    /// other party if only the owner of the account wrote messages on the page and its title does not name the party.
    /// </param>
    /// <param name="options">The options.</param>
    /// <param name="cancellationToken">Cancels reading.</param>
    /// <exception cref="CallIntelException">
    /// <c>CI0023</c>: the stream cannot be read. <c>CI0170</c>: the cursor belongs to another file.
    /// </exception>
    public static IAsyncEnumerable<EventRecord> ReadAsync(
        Stream stream,
        string name,
        ImportOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(name);
        options ??= new();
        return FileImport.ReadAsync(
            stream,
            name,
            options.After,
            (file, token) => ParseAsync(file, options, token),
            cancellationToken
        );
    }

    static async IAsyncEnumerable<EventRecord> ParseAsync(
        RecordFile file,
        ImportOptions options,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        if (!file.IsFolder)
        {
            VoicePage page = await VoicePageReader.ReadAsync(file.Content, cancellationToken).ConfigureAwait(false);
            foreach (EventRecord record in VoiceRecords.FromPage(page, file.Name, number: null, options))
                yield return record;
        }
        int number = 0;
        foreach (string entry in file.EntryNames.Where(IsPage))
        {
            number++;
            await using Stream stream = file.OpenEntry(entry);
            VoicePage page = await VoicePageReader.ReadAsync(stream, cancellationToken).ConfigureAwait(false);
            foreach (EventRecord record in VoiceRecords.FromPage(page, Path.GetFileName(entry), number, options))
                yield return record;
        }
    }

    /// <summary>Whether the beginning of a page shows that it is from Google Voice.</summary>
    static bool IsVoice(RecordFile file, string page)
    {
        byte[] beginning = new byte[1 << 16];
        try
        {
            using Stream stream = file.OpenEntry(page);
            int length = stream.ReadAtLeast(beginning, beginning.Length, throwOnEndOfStream: false);
            ReadOnlySpan<byte> text = beginning.AsSpan(0, length);
            return text.IndexOf("hChatLog"u8) >= 0 || text.IndexOf("haudio"u8) >= 0;
        }
        catch (Exception e) when (e is IOException or InvalidDataException)
        {
            return false; // a damaged page does not show its format
        }
    }

    static bool IsPage(string path) =>
        path.EndsWith(".html", StringComparison.OrdinalIgnoreCase)
        && Path.GetFileName(path) is not "archive_browser.html";
}
