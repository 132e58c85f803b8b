using System.Runtime.CompilerServices;
using CallIntel.Sdk.Events;

namespace CallIntel.Sdk.Ingestion.Importers;

/// <summary>What every importer of a provider's format shares: opening, unpacking, cursors and the translation of broken files.</summary>
/// <remarks>Resuming reads over the records before the cursor: an archive cannot be entered in its middle, and repeated lines count as they did.</remarks>
static class FileImport
{
    /// <summary>Reads the records of a format from the unpacked stream.</summary>
    internal delegate IAsyncEnumerable<EventRecord> Parser(Stream stream, CancellationToken cancellationToken);

    internal static IAsyncEnumerable<EventRecord> ReadAsync(
        string path,
        ImportOptions options,
        Parser parse,
        CancellationToken cancellationToken
    )
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return ReadAsync(() => ImportSource.Open(path), closes: true, options.After, parse, cancellationToken);
    }

    internal static IAsyncEnumerable<EventRecord> ReadAsync(
        Stream stream,
        ImportOptions options,
        Parser parse,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(stream);
        return ReadAsync(() => stream, closes: false, options.After, parse, cancellationToken);
    }

    static async IAsyncEnumerable<EventRecord> ReadAsync(
        Func<Stream> open,
        bool closes,
        string? after,
        Parser parse,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        Stream file = open();
        try
        {
            PeekedStream stream = await UnwrapAsync(file, cancellationToken).ConfigureAwait(false);
            string prefix = FileCursor.PrefixOf(stream.Beginning.Span);
            long resumeAfter = FileCursor.Resume(after, stream.Beginning.Span),
                number = 0;
            IAsyncEnumerator<EventRecord> records = parse(stream, cancellationToken)
                .GetAsyncEnumerator(cancellationToken);
            try
            {
                while (await MoveNextAsync(records, number).ConfigureAwait(false))
                    if (++number > resumeAfter)
                        yield return records.Current.Cursor switch
                        {
                            null => records.Current with { Cursor = FileCursor.At(prefix, number) },
                            "" => records.Current with { Cursor = null }, // the format has cursors of its own, and none here
                            _ => records.Current,
                        };
            }
            finally
            {
                await records.DisposeAsync().ConfigureAwait(false);
            }
        }
        finally
        {
            if (closes)
                await file.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Unpacks, and looks at the beginning, which cursors name the file by.</summary>
    internal static async Task<PeekedStream> UnwrapAsync(Stream file, CancellationToken cancellationToken)
    {
        try
        {
            Stream unwrapped = await ImportSource.UnwrapAsync(file, cancellationToken).ConfigureAwait(false);
            return await PeekedStream
                .ReadAsync(unwrapped, FileCursor.DigestedBytes, cancellationToken)
                .ConfigureAwait(false);
        }
        catch (Exception e) when (ImportSource.IsUnreadable(e))
        {
            throw ImportSource.Unreadable("The file to import cannot be read, or is a damaged archive.", e);
        }
    }

    static async ValueTask<bool> MoveNextAsync(IAsyncEnumerator<EventRecord> records, long number)
    {
        try
        {
            return await records.MoveNextAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (ImportSource.IsUnreadable(e))
        {
            throw ImportSource.Unreadable(
                $"The file breaks off after record {number}: it cannot be read on, or is damaged.",
                e
            );
        }
    }
}
