namespace CallIntel.Sdk.Ingestion.Importers.Files;

/// <summary>The base of streams that read blocks of another stream and convert them to UTF-8.</summary>
abstract class DecodedStream(Stream inner, int skip) : ReadOnlyStream
{
    protected const int BlockBytes = 1 << 16;

    readonly byte[] _block = new byte[BlockBytes];
    readonly byte[] _decoded = new byte[3 * BlockBytes];
    int _start,
        _end, // the decoded bytes that are not yet returned
        _kept,
        _skip = skip; // the bytes of the block that are not yet decoded, and those to skip
    bool _ended;

    public sealed override async ValueTask<int> ReadAsync(
        Memory<byte> buffer,
        CancellationToken cancellationToken = default
    )
    {
        while (_start == _end)
        {
            if (_ended)
                return 0;
            int read = await inner
                .ReadAtLeastAsync(
                    _block.AsMemory(_kept),
                    BlockBytes - _kept,
                    throwOnEndOfStream: false,
                    cancellationToken
                )
                .ConfigureAwait(false);
            _ended = read < BlockBytes - _kept;
            ReadOnlySpan<byte> bytes = _block.AsSpan(_skip, Math.Max(_kept + read - _skip, 0));
            _skip = 0;
            int used = Decode(bytes, _decoded, _ended, out int written);
            (_start, _end, _kept) = (0, written, bytes.Length - used);
            bytes[used..].CopyTo(_block);
        }
        int count = Math.Min(buffer.Length, _end - _start);
        _decoded.AsMemory(_start, count).CopyTo(buffer);
        _start += count;
        return count;
    }

    /// <summary>Converts bytes to UTF-8.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="decoded">Receives the UTF-8. It has room for three bytes for each byte.</param>
    /// <param name="isEnd">Whether these are the last bytes of the file.</param>
    /// <param name="written">The number of bytes of UTF-8.</param>
    /// <returns>
    /// The number of bytes that were converted. The others, which are few, are passed again with the bytes that follow.
    /// </returns>
    protected abstract int Decode(ReadOnlySpan<byte> bytes, Span<byte> decoded, bool isEnd, out int written);
}
