using System.IO.Pipelines;
using CallIntel.Sdk.Diagnostics;

namespace CallIntel.Sdk.Ingestion.Importers.Files;

/// <summary>Opens the bytes of a file to import, and decompresses gzip.</summary>
static class RawFile
{
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
            throw Unreadable("The file to import could not be read.", e);
        }
    }

    /// <summary>Returns the decompressed content. The stream need not be seekable.</summary>
    internal static async Task<Stream> UnwrapAsync(Stream stream, CancellationToken cancellationToken)
    {
        (Stream whole, byte[] start) = await PeekAsync(stream, cancellationToken).ConfigureAwait(false);
        if (start.AsSpan().StartsWith((ReadOnlySpan<byte>)[0x1F, 0x8B]))
            return new WholeGzipStream(whole);
        return whole;
    }

    /// <summary>Returns whether a stream is a zip archive, and leaves its position unchanged.</summary>
    internal static async Task<bool> IsZipAsync(Stream stream, CancellationToken cancellationToken)
    {
        if (!stream.CanSeek)
            return false;
        long position = stream.Position;
        byte[] start = new byte[4];
        await stream
            .ReadAtLeastAsync(start, start.Length, throwOnEndOfStream: false, cancellationToken)
            .ConfigureAwait(false);
        stream.Position = position;
        return start.AsSpan().SequenceEqual("PK\u0003\u0004"u8);
    }

    /// <summary>Whether an exception means that a file cannot be read.</summary>
    internal static bool IsUnreadable(Exception exception) =>
        exception is IOException or UnauthorizedAccessException or InvalidDataException or NotSupportedException;

    internal static CallIntelException Unreadable(string problem, Exception? inner = null) =>
        new(
            ErrorCodes.UnreadableFile,
            problem,
            "Check that the file exists, is complete, and is accessible to the user of this process.",
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
