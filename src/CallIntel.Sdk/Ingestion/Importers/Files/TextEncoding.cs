using CallIntel.Sdk.Diagnostics;

namespace CallIntel.Sdk.Ingestion.Importers.Files;

/// <summary>Detects how a text file is encoded, and decodes it to UTF-8 with line feeds as line ends.</summary>
static class TextEncoding
{
    /// <summary>Returns the content of a file as UTF-8 without a byte order mark.</summary>
    /// <param name="raw">The bytes of the file, decompressed.</param>
    internal static Stream Decode(PeekedStream raw)
    {
        ReadOnlySpan<byte> start = raw.Beginning.Span;
        if (start is [0xFF, 0xFE, 0, 0, ..] or [0, 0, 0xFE, 0xFF, ..])
            throw new CallIntelException(
                ErrorCodes.UnreadableFile,
                "The file is encoded in UTF-32.",
                "Save the file as UTF-8."
            );
        bool isShort = start.Length < FileCursor.DigestedBytes;
        if (start is [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..])
            return new Utf16Stream(raw, isBigEndian: start[0] == 0xFE, skip: 2);
        // two ASCII characters in UTF-16; text in UTF-8 contains no NUL
        if (start is [not 0, 0, not 0, 0, ..] or [0, not 0, 0, not 0, ..])
            return new Utf16Stream(raw, isBigEndian: start[0] == 0, skip: 0);
        int skip = start is [0xEF, 0xBB, 0xBF, ..] ? 3 : 0;
        start = start[skip..];
        bool hasReturnsOnly = start.Contains((byte)'\r') && !start.Contains((byte)'\n');
        if (skip == 3 && !hasReturnsOnly)
            return new SkippingStream(raw, skip);
        bool isKnown = skip == 3 || EightBitStream.IsUtf8(start, isShort) is true;
        return isKnown && !hasReturnsOnly ? raw : new EightBitStream(raw, skip, isKnown, hasReturnsOnly);
    }

    /// <summary>A stream without its first bytes.</summary>
    sealed class SkippingStream(Stream inner, int skip) : ReadOnlyStream
    {
        int _left = skip;

        public override async ValueTask<int> ReadAsync(
            Memory<byte> buffer,
            CancellationToken cancellationToken = default
        )
        {
            for (byte[] skipped = new byte[_left]; _left > 0; _left = 0)
                await inner.ReadExactlyAsync(skipped, cancellationToken).ConfigureAwait(false);
            return await inner.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        }
    }
}
