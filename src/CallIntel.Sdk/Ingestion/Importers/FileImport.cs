using System.Runtime.CompilerServices;
using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion.Importers.Files;
using CallIntel.Sdk.Ingestion.Importers.Mapping;

namespace CallIntel.Sdk.Ingestion.Importers;

/// <summary>Reads files of every registered format, in constant memory.</summary>
/// <remarks>
/// <para>
/// The format is detected from the beginning of the file, unless <see cref="FileImportOptions.Format"/> is set. Plain,
/// gzip-compressed and zip files are read.
/// </para>
/// <para>
/// If a record cannot be read, it becomes an unreadable <see cref="EventRecord"/> with its reason and its place in the
/// file, and reading continues with the next record.
/// </para>
/// </remarks>
public static class FileImport
{
    /// <summary>Returns the records of an open file.</summary>
    internal delegate IAsyncEnumerable<EventRecord> Parser(RecordFile file, CancellationToken cancellationToken);

    /// <summary>Reads the records of a file or folder.</summary>
    /// <param name="path">The path. The file is opened when the first record is requested.</param>
    /// <param name="options">The options. By default, the format is detected among the built-in ones.</param>
    /// <param name="cancellationToken">Cancels reading.</param>
    /// <exception cref="CallIntelException">
    /// <c>CI0023</c>: the file cannot be read. <c>CI0024</c>: an option is missing, or does not fit the format or the
    /// file. <c>CI0170</c>: the cursor belongs to another file. <c>CI0172</c>: the format is not known, or is not the
    /// one of the file.
    /// </exception>
    public static IAsyncEnumerable<EventRecord> ReadAsync(
        string path,
        FileImportOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        options ??= new();
        return ReadAsync(path, options.After, (file, token) => Parse(file, options, token), cancellationToken);
    }

    /// <summary>Reads the records of a stream.</summary>
    /// <param name="stream">
    /// The stream, at its beginning. It need not be seekable, except for a zip archive, and it stays open.
    /// </param>
    /// <param name="options">The options. By default, the format is detected among the built-in ones.</param>
    /// <param name="cancellationToken">Cancels reading.</param>
    /// <exception cref="CallIntelException">
    /// <c>CI0023</c>: the stream cannot be read. <c>CI0024</c>: an option is missing, or does not fit the format or the
    /// file. <c>CI0170</c>: the cursor belongs to another file. <c>CI0172</c>: the format is not known, or is not the
    /// one of the stream.
    /// </exception>
    public static IAsyncEnumerable<EventRecord> ReadAsync(
        Stream stream,
        FileImportOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        options ??= new();
        return ReadAsync(stream, "", options.After, (file, token) => Parse(file, options, token), cancellationToken);
    }

    /// <summary>Reads the records of an open file.</summary>
    /// <param name="file">The file. It stays open.</param>
    /// <param name="options">The options. By default, the format is detected among the built-in ones.</param>
    /// <param name="cancellationToken">Cancels reading.</param>
    /// <exception cref="CallIntelException">
    /// <c>CI0024</c>: an option is missing, or does not fit the format or the file. <c>CI0172</c>: the format is not
    /// known. Both are thrown before the first record is requested. <c>CI0023</c>: the file cannot be read.
    /// <c>CI0170</c>: the cursor belongs to another file. <c>CI0172</c>: the file does not have the given format.
    /// </exception>
    public static IAsyncEnumerable<EventRecord> ReadAsync(
        RecordFile file,
        FileImportOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(file);
        options ??= new();
        IAsyncEnumerable<EventRecord> parsed = Parse(file, options, cancellationToken);
        return ReadAsync(_ => Task.FromResult(file), false, options.After, (_, _) => parsed, cancellationToken);
    }

    internal static IAsyncEnumerable<EventRecord> ReadAsync(
        string path,
        string? after,
        Parser parse,
        CancellationToken cancellationToken
    )
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return ReadAsync(token => RecordFile.OpenAsync(path, token), true, after, parse, cancellationToken);
    }

    internal static IAsyncEnumerable<EventRecord> ReadAsync(
        Stream stream,
        string name,
        string? after,
        Parser parse,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(stream);
        return ReadAsync(token => RecordFile.OpenAsync(stream, name, token), true, after, parse, cancellationToken);
    }

    /// <remarks>
    /// Resuming reads the records before the cursor as well: a compressed file can only be read from its beginning, and
    /// repeated lines have to be counted.
    /// </remarks>
    static async IAsyncEnumerable<EventRecord> ReadAsync(
        Func<CancellationToken, Task<RecordFile>> open,
        bool closes,
        string? after,
        Parser parse,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        RecordFile file = await open(cancellationToken).ConfigureAwait(false);
        try
        {
            IAsyncEnumerable<EventRecord> parsed = parse(file, cancellationToken);
            ReadOnlyMemory<byte> identity = file.Identity;
            string prefix = FileCursor.PrefixOf(identity.Span);
            file.ResumeAfter = FileCursor.Resume(after, identity.Span);
            long returned = 0,
                number = 0;
            await using IAsyncEnumerator<EventRecord> records = parsed.GetAsyncEnumerator(cancellationToken);
            while (await MoveNextAsync(records, number).ConfigureAwait(false))
            {
                number = ++returned + file.PassedOver;
                if (number > file.ResumeAfter)
                    yield return records.Current.Cursor switch
                    {
                        null => records.Current with { Cursor = FileCursor.At(prefix, number) },
                        "" => records.Current with { Cursor = null }, // the source has cursors, but not for this record
                        _ => records.Current,
                    };
            }
            if (file.IsFolder && number == 0 && file.PassedOver == 0)
                throw new CallIntelException(
                    ErrorCodes.UnreadableFile,
                    "The folder or zip archive contains no record that the importer can read.",
                    "Check the path. To import other files, extract the archive and name each file."
                );
        }
        finally
        {
            if (closes)
                await file.DisposeAsync().ConfigureAwait(false);
        }
    }

    static async ValueTask<bool> MoveNextAsync(IAsyncEnumerator<EventRecord> records, long number)
    {
        try
        {
            return await records.MoveNextAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (RawFile.IsUnreadable(e))
        {
            throw RawFile.Unreadable($"The file could not be read beyond record {number}. It may be damaged.", e);
        }
    }

    static IAsyncEnumerable<EventRecord> Parse(
        RecordFile file,
        FileImportOptions options,
        CancellationToken cancellationToken
    )
    {
        IRecordImporter importer = FindImporter(file, options);
        Check(importer, importer.TimeZone, options.TimeZone, nameof(options.TimeZone));
        Check(importer, importer.Mapping, options.MappingFile, nameof(options.MappingFile));
        if (options.TimeZone is not null && !TimeZoneInfo.TryFindSystemTimeZoneById(options.TimeZone, out _))
            throw new CallIntelException(
                ErrorCodes.InvalidMapping,
                $"Unknown time zone \"{options.TimeZone}\".",
                "Use an IANA name such as Europe/Copenhagen, and make sure that tzdata is installed."
            );
        return importer.ReadAsync(file, options, cancellationToken);
    }

    static IRecordImporter FindImporter(RecordFile file, FileImportOptions options)
    {
        ForeignDocument.ThrowIfKnown(file);
        IRecordImporter? importer = options.Format is null
            ? options.Importers.Detect(file, options.MappingFile is not null)
            : options.Importers.Find(options.Format);
        if (importer is null && options.Format is null && !file.IsFolder && file.BeginningText.Length == 0)
            throw RawFile.Unreadable("The file to import is empty.");
        return importer
            ?? throw new CallIntelException(
                ErrorCodes.WrongFormat,
                options.Format is null
                    ? file.IsFolder
                        ? "The folder or zip archive is not an export that is imported as a whole."
                        : "The format of the file could not be detected."
                    : $"The format \"{options.Format}\" is not registered.",
                "Set the option Format to one of these: "
                    + $"{string.Join(", ", options.Importers.Importers.Select(known => known.Format))}."
            );
    }

    static void Check(IRecordImporter importer, ImportSetting setting, string? value, string option)
    {
        if (setting is ImportSetting.Required && value is null)
            throw new CallIntelException(
                ErrorCodes.InvalidMapping,
                $"The format {importer.Format} requires the option {option}.",
                $"Set {nameof(FileImportOptions)}.{option}."
            );
        if (setting is ImportSetting.NotUsed && value is not null)
            throw new CallIntelException(
                ErrorCodes.InvalidMapping,
                $"The format {importer.Format} does not use the option {option}.",
                $"Leave {nameof(FileImportOptions)}.{option} null, or set Format to the format of the file."
            );
    }
}
