using CallIntel.Sdk.Events;

namespace CallIntel.Sdk.Ingestion.Importers;

/// <summary>Reads events from JSON Lines files: one object a line, UTF-8, gzip or plain, in constant memory.</summary>
/// <remarks>
/// A record that cannot be read becomes an unreadable <see cref="EventRecord"/> with its reason and the rest goes on: text that is not UTF-8, a
/// line that is no JSON object, a time that is none, and a record over 4 MiB, which is never held whole. Empty lines are skipped.
/// </remarks>
public static class JsonLinesImporter
{
    /// <summary>Reads a file.</summary>
    /// <param name="path">The file; opened when the first record is asked for.</param>
    /// <param name="mapping">What its properties mean.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="CallIntelException"><c>CI0023</c> the file cannot be read, <c>CI0024</c> the mapping is wrong or does not fit the file.</exception>
    public static IAsyncEnumerable<EventRecord> ReadAsync(
        string path,
        JsonMapping mapping,
        CancellationToken cancellationToken = default
    ) => ReadAsync(path, mapping, null, cancellationToken);

    /// <summary>Reads on in a file.</summary>
    /// <param name="path">The file; opened when the first record is asked for.</param>
    /// <param name="mapping">What its properties mean.</param>
    /// <param name="after">The cursor to resume after, as <see cref="IngestReport.Cursor"/> tells. Null: from the beginning.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="CallIntelException"><c>CI0023</c> the file cannot be read, <c>CI0024</c> the mapping is wrong or does not fit the file, <c>CI0170</c> the cursor is of another file.</exception>
    public static IAsyncEnumerable<EventRecord> ReadAsync(
        string path,
        JsonMapping mapping,
        string? after,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return Read(() => ImportSource.Open(path), closes: true, mapping, after, cancellationToken);
    }

    /// <summary>Reads a stream.</summary>
    /// <param name="stream">The stream, at its beginning; need not seek, and stays open.</param>
    /// <param name="mapping">What its properties mean.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="CallIntelException"><c>CI0023</c> the stream cannot be read, <c>CI0024</c> the mapping is wrong or does not fit it.</exception>
    public static IAsyncEnumerable<EventRecord> ReadAsync(
        Stream stream,
        JsonMapping mapping,
        CancellationToken cancellationToken = default
    ) => ReadAsync(stream, mapping, null, cancellationToken);

    /// <summary>Reads on in a stream.</summary>
    /// <param name="stream">The stream, at its beginning; need not seek, and stays open.</param>
    /// <param name="mapping">What its properties mean.</param>
    /// <param name="after">The cursor to resume after, as <see cref="IngestReport.Cursor"/> tells. Null: from the beginning.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="CallIntelException"><c>CI0023</c> the stream cannot be read, <c>CI0024</c> the mapping is wrong or does not fit it, <c>CI0170</c> the cursor is of another file.</exception>
    public static IAsyncEnumerable<EventRecord> ReadAsync(
        Stream stream,
        JsonMapping mapping,
        string? after,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(stream);
        return Read(() => stream, closes: false, mapping, after, cancellationToken);
    }

    static IAsyncEnumerable<EventRecord> Read(
        Func<Stream> open,
        bool closes,
        JsonMapping mapping,
        string? after,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(mapping);
        RecordMapper mapper = new(mapping);
        return new RecordImport(mapper, () => new JsonFormat(mapping, mapper.Fields), open, closes, after).ReadAsync(
            cancellationToken
        );
    }
}
