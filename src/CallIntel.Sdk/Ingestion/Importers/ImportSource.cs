using System.IO.Pipelines;
using CallIntel.Sdk.Diagnostics;

namespace CallIntel.Sdk.Ingestion.Importers;

/// <summary>Opens what is to be imported: unpacks gzip, which is known by its first bytes, and steps over a byte order mark.</summary>
static class ImportSource
{
    /// <param name="stream">The bytes as delivered; need not seek.</param>
    /// <param name="cancellationToken">Cancels.</param>
    internal static async Task<Stream> UnwrapAsync(Stream stream, CancellationToken cancellationToken)
    {
        (Stream whole, byte[] start) = await PeekAsync(stream, cancellationToken).ConfigureAwait(false);
        if (start.AsSpan().StartsWith((ReadOnlySpan<byte>)[0x1F, 0x8B]))
            (whole, start) = await PeekAsync(new WholeGzipStream(whole), cancellationToken).ConfigureAwait(false);
        if (start is [0xEF, 0xBB, 0xBF])
            await whole.ReadExactlyAsync(start, cancellationToken).ConfigureAwait(false);
        else if (start is [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..])
            throw new CallIntelException(
                ErrorCodes.UnreadableFile,
                "The file is encoded in UTF-16.",
                "Save it as UTF-8."
            );
        return whole;
    }

    internal static Stream Open(string path)
    {
        try
        {
            return new FileStream(
                path,
                new FileStreamOptions
                {
                    Options = FileOptions.Asynchronous | FileOptions.SequentialScan,
                    BufferSize = 0,
                }
            );
        }
        catch (Exception e) when (IsUnreadable(e))
        {
            throw Unreadable("The file to import cannot be read.", e);
        }
    }

    internal static bool IsUnreadable(Exception exception) =>
        exception is IOException or UnauthorizedAccessException or InvalidDataException or NotSupportedException;

    internal static CallIntelException Unreadable(string problem, Exception inner) =>
        new(
            ErrorCodes.UnreadableFile,
            problem,
            "Check that it exists, is whole, and that this user may read it.",
            inner
        );

    static async Task<(Stream Whole, byte[] Start)> PeekAsync(Stream stream, CancellationToken cancellationToken)
    {
        PipeReader pipe = PipeReader.Create(stream, new StreamPipeReaderOptions(bufferSize: 1 << 16));
        ReadResult read = await pipe.ReadAtLeastAsync(3, cancellationToken).ConfigureAwait(false);
        byte[] start = System.Buffers.BuffersExtensions.ToArray(read.Buffer.Slice(0, Math.Min(3, read.Buffer.Length)));
        pipe.AdvanceTo(read.Buffer.Start);
        return (pipe.AsStream(), start);
    }
}
