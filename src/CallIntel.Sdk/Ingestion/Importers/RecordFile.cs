using System.IO.Compression;
using System.Text;
using CallIntel.Sdk.Classification;
using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Ingestion.Importers.Files;
using CallIntel.Sdk.Privacy;

namespace CallIntel.Sdk.Ingestion.Importers;

/// <summary>A file that is open for import: its beginning, by which importers recognize it, and its content.</summary>
/// <remarks>
/// A gzip file is decompressed. Text in UTF-16 or Windows-1252 is converted to UTF-8, and the line ends of a file that
/// has carriage returns only are converted to line feeds. Places such as <c>byte 4711</c> count the converted bytes. A
/// folder or zip archive has no content of its own; its files are <see cref="EntryNames"/>. A zip archive with exactly
/// one file, whose name ends with <c>.csv</c>, <c>.tsv</c>, <c>.json</c>, <c>.jsonl</c>, <c>.ndjson</c> or <c>.xml</c>,
/// is read as that file. An instance can be read once, by one thread at a time.
/// </remarks>
public sealed class RecordFile : IAsyncDisposable
{
    readonly Stream? _opened;
    readonly PeekedStream? _content;
    readonly ZipArchive? _archive;
    readonly string? _folder;
    readonly Lazy<string[]> _entries;
    readonly Lazy<string> _beginningText;

    RecordFile(string name, Stream? opened, PeekedStream? content, ZipArchive? archive, string? folder)
    {
        (Name, _opened, _content, _archive, _folder) = (name, opened, content, archive, folder);
        _entries = new(ListEntries);
        _beginningText = new(() => Encoding.UTF8.GetString(Beginning.Span).TrimStart());
    }

    /// <summary>The name of the file or folder, without the path. Empty for a stream without a name.</summary>
    [ProtectedData]
    public string Name { get; }

    /// <summary>
    /// The full path of the file or folder, for importers that open it themselves. Null for a stream.
    /// </summary>
    [ProtectedData]
    public string? FullPath { get; private init; }

    /// <summary>
    /// The first 64 KiB of the content, or all of it if it is shorter: decompressed, and without a byte order mark.
    /// Empty for a folder or zip archive.
    /// </summary>
    [ProtectedData]
    public ReadOnlyMemory<byte> Beginning => _content?.Beginning ?? default;

    /// <summary>
    /// <see cref="Beginning"/> as UTF-8 text, without leading white space. Invalid bytes become U+FFFD.
    /// </summary>
    [ProtectedData]
    public string BeginningText => _beginningText.Value;

    /// <summary>Whether this is a folder or a zip archive.</summary>
    public bool IsFolder => _content is null;

    /// <summary>
    /// The paths of all files in a folder or zip archive, relative to it and in ordinal order. Empty for a single file.
    /// </summary>
    /// <exception cref="CallIntelException"><c>CI0023</c>: the folder cannot be read.</exception>
    [ProtectedData]
    public IReadOnlyList<string> EntryNames => _entries.Value;

    /// <summary>The content from its beginning: decompressed, in UTF-8, and without a byte order mark.</summary>
    /// <remarks>Read it asynchronously. Synchronous reads throw an <see cref="InvalidOperationException"/>.</remarks>
    /// <exception cref="CallIntelException"><c>CI0023</c>: this is a folder or zip archive.</exception>
    public Stream Content =>
        _content
        ?? throw new CallIntelException(
            ErrorCodes.UnreadableFile,
            "The importer reads a single file, and the path names a folder or a zip archive.",
            "Name one of the files in it; extract a zip archive first."
        );

    /// <summary>
    /// The part of the file that has been read, from 0 to 1. Null if it is not known, for example for a folder.
    /// </summary>
    public double? Progress =>
        _content is not null && _opened is { Length: > 0 } file ? (double)file.Position / file.Length : null;

    /// <summary>
    /// The number of records skipped so far because neither side is one of the org's own lines
    /// (<see cref="Mapping.DirectionMapping.Own"/>).
    /// </summary>
    public long Skipped { get; internal set; }

    /// <summary>
    /// The name of the preset by which the records are read, for example <c>fritzbox</c>. Null if the importer has no
    /// presets, or reads by a mapping file. It is known as soon as the importer was called.
    /// </summary>
    public string? Preset { get; internal set; }

    /// <summary>The number of records that lie before the cursor to resume after.</summary>
    internal long ResumeAfter { get; set; }

    /// <summary>The number of records that an importer passed over, which count in cursors like the others.</summary>
    internal long PassedOver { get; set; }

    /// <summary>
    /// The bytes by which a cursor identifies the file: its beginning, or the names of a folder's files.
    /// </summary>
    internal ReadOnlyMemory<byte> Identity =>
        IsFolder ? Encoding.UTF8.GetBytes(string.Join('\n', EntryNames.Select(Path.GetFileName))) : Beginning;

    /// <summary>The first line of the beginning.</summary>
    internal string FirstLine => BeginningText.Split('\n', 2)[0].TrimEnd('\r');

    internal bool IsJson =>
        BeginningText is ['{', ..]
        || (BeginningText is ['[', ..] && BeginningText[1..].TrimStart() is ['{' or '[' or ']', ..]);

    internal bool IsMarkup => BeginningText is ['<', ..];

    /// <summary>Opens a file or a folder.</summary>
    /// <param name="path">
    /// The path of a file, which may be compressed with gzip, of a zip archive, or of a folder.
    /// </param>
    /// <param name="cancellationToken">Cancels opening the file.</param>
    /// <exception cref="CallIntelException">
    /// <c>CI0023</c>: the file does not exist, is not accessible, is damaged, or is encoded in UTF-32.
    /// </exception>
    public static async Task<RecordFile> OpenAsync(string path, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        string name = Path.GetFileName(Path.TrimEndingDirectorySeparator(path));
        if (Directory.Exists(path))
            return new RecordFile(name, null, null, null, folder: path) { FullPath = Path.GetFullPath(path) };
        Stream file = RawFile.Open(path);
        try
        {
            return await OpenAsync(file, name, Path.GetFullPath(path), closes: true, cancellationToken)
                .ConfigureAwait(false);
        }
        catch
        {
            await file.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Opens a stream.</summary>
    /// <param name="stream">
    /// The stream, at its beginning. It need not be seekable, except for a zip archive, and it stays open.
    /// </param>
    /// <param name="name">The name of the file, without a path.</param>
    /// <param name="cancellationToken">Cancels reading the beginning of the stream.</param>
    /// <exception cref="CallIntelException">
    /// <c>CI0023</c>: the stream cannot be read, is damaged, or is encoded in UTF-32.
    /// </exception>
    public static Task<RecordFile> OpenAsync(
        Stream stream,
        string name = "",
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(name);
        return OpenAsync(stream, name, null, closes: false, cancellationToken);
    }

    /// <summary>Opens one of the files in a folder or zip archive.</summary>
    /// <param name="entryName">One of <see cref="EntryNames"/>.</param>
    /// <returns>The bytes of the file as they are stored. The caller disposes the stream.</returns>
    /// <exception cref="ArgumentException">The name is not one of <see cref="EntryNames"/>.</exception>
    /// <exception cref="CallIntelException"><c>CI0023</c>: the file cannot be read.</exception>
    public Stream OpenEntry(string entryName)
    {
        if (Array.BinarySearch(_entries.Value, entryName, StringComparer.Ordinal) < 0)
            throw new ArgumentException("The name is not one of EntryNames.", nameof(entryName));
        try
        {
            return _archive is not null
                ? _archive.GetEntry(entryName)!.Open()
                : RawFile.Open(Path.Combine(_folder!, entryName));
        }
        catch (Exception e) when (RawFile.IsUnreadable(e))
        {
            throw RawFile.Unreadable("A file in the folder or zip archive could not be read.", e);
        }
    }

    /// <summary>Closes the file. A stream that was passed to <c>OpenAsync</c> stays open.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_archive is not null)
            await _archive.DisposeAsync().ConfigureAwait(false);
        if (_opened is not null)
            await _opened.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Whether the beginning contains a JSON property of this name.</summary>
    internal bool HasProperty(string property) => BeginningText.Contains($"\"{property}\"", StringComparison.Ordinal);

    static async Task<RecordFile> OpenAsync(
        Stream stream,
        string name,
        string? path,
        bool closes,
        CancellationToken cancellationToken
    )
    {
        try
        {
            if (await RawFile.IsZipAsync(stream, cancellationToken).ConfigureAwait(false))
            {
                ZipArchive archive = await ZipArchive
                    .CreateAsync(stream, ZipArchiveMode.Read, leaveOpen: true, null, cancellationToken)
                    .ConfigureAwait(false);
                if (OnlyFileOf(archive) is not { } only)
                    return new RecordFile(name, closes ? stream : null, null, archive, null) { FullPath = path };
                PeekedStream packed = await ReadAsync(
                        await only.OpenAsync(cancellationToken).ConfigureAwait(false),
                        cancellationToken
                    )
                    .ConfigureAwait(false);
                // without a path: it is not that of the content
                return new RecordFile(only.Name, closes ? stream : null, packed, archive, null);
            }
            PeekedStream content = await ReadAsync(stream, cancellationToken).ConfigureAwait(false);
            return new RecordFile(name, closes ? stream : null, content, null, null) { FullPath = path };
        }
        catch (Exception e) when (RawFile.IsUnreadable(e))
        {
            throw RawFile.Unreadable("The file to import could not be read, or is damaged.", e);
        }

        static async Task<PeekedStream> ReadAsync(Stream stream, CancellationToken cancellationToken)
        {
            Stream unwrapped = await RawFile.UnwrapAsync(stream, cancellationToken).ConfigureAwait(false);
            PeekedStream raw = await PeekedStream
                .ReadAsync(unwrapped, FileCursor.DigestedBytes, cancellationToken)
                .ConfigureAwait(false);
            Stream text = TextEncoding.Decode(raw);
            return text == raw
                ? raw
                : await PeekedStream.ReadAsync(text, FileCursor.DigestedBytes, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// The file of an archive that was made to send one file. Chats and web pages stay in their archives, because their
    /// importers know these.
    /// </summary>
    static ZipArchiveEntry? OnlyFileOf(ZipArchive archive)
    {
        ZipArchiveEntry[] files =
        [
            .. archive
                .Entries.Where(e =>
                    e.Name.Length > 0
                    && e.Name is not ".DS_Store" and not "Thumbs.db" and not "desktop.ini"
                    && !e.FullName.StartsWith("__MACOSX/", StringComparison.Ordinal)
                )
                .Take(2),
        ];
        return
            files is [var only]
            && Path.GetExtension(only.Name).ToUpperInvariant()
                is ".CSV"
                    or ".TSV"
                    or ".JSON"
                    or ".JSONL"
                    or ".NDJSON"
                    or ".XML"
            ? only
            : null;
    }

    string[] ListEntries()
    {
        try
        {
            IEnumerable<string> names =
                _content is not null ? []
                : _archive is not null ? _archive.Entries.Where(e => e.Name.Length > 0).Select(e => e.FullName)
                : _folder is null ? []
                : Directory
                    .EnumerateFiles(_folder, "*", SearchOption.AllDirectories)
                    .Select(file => Path.GetRelativePath(_folder, file));
            return [.. names.Order(StringComparer.Ordinal)];
        }
        catch (Exception e) when (RawFile.IsUnreadable(e))
        {
            throw RawFile.Unreadable("The folder or zip archive to import could not be read.", e);
        }
    }
}
