using System.IO.Compression;

namespace CallIntel.Sdk.Ingestion.Importers.Files;

/// <summary>Decompresses a gzip stream and throws an <see cref="InvalidDataException"/> if it is truncated.</summary>
/// <remarks>
/// <see cref="GZipStream"/> treats the end of a truncated file as the end of the data, unless the process sets the
/// switch System.IO.Compression.UseStrictValidation. Therefore a known gzip member is appended to the compressed data:
/// it is decompressed at the end only if the member before it was complete.
/// </remarks>
sealed class WholeGzipStream(Stream packed) : ReadOnlyStream
{
    static readonly byte[] Mark =
    [
        0xCA,
        0x11,
        0x1D,
        0x7E,
        0x1E,
        0x6E,
        0x3A,
        0x9C,
        0x52,
        0xF0,
        0x0D,
        0xE5,
        0x8B,
        0x40,
        0xB7,
        0x6F,
    ];
    static readonly byte[] PackedMark = Pack(Mark);

    readonly GZipStream _gzip = new(new Followed(packed, PackedMark), CompressionMode.Decompress);
    readonly byte[] _buffer = new byte[1 << 16];
    int _start,
        _end;
    bool _ended;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        // bytes that could be the mark are held back
        while (!_ended && _end - _start <= Mark.Length)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
            int read = await _gzip.ReadAsync(_buffer.AsMemory(_end), cancellationToken).ConfigureAwait(false);
            _end += read;
            _ended = read == 0;
        }
        int count = Math.Min(buffer.Length, _end - _start - Mark.Length);
        if (_ended && count <= 0)
            return _buffer.AsSpan(_start, _end - _start).SequenceEqual(Mark)
                ? 0
                : throw new InvalidDataException("The gzip data is truncated.");
        _buffer.AsMemory(_start, count).CopyTo(buffer);
        _start += count;
        return count;
    }

    static byte[] Pack(byte[] bytes)
    {
        using MemoryStream packed = new();
        using (GZipStream gzip = new(packed, CompressionLevel.NoCompression))
            gzip.Write(bytes);
        return packed.ToArray();
    }

    /// <summary>A stream followed by bytes.</summary>
    sealed class Followed(Stream first, byte[] then) : ReadOnlyStream
    {
        int _given = -1;

        public override async ValueTask<int> ReadAsync(
            Memory<byte> buffer,
            CancellationToken cancellationToken = default
        )
        {
            if (_given < 0)
            {
                int read = await first.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
                if (read > 0 || buffer.IsEmpty)
                    return read;
                _given = 0;
            }
            int count = Math.Min(buffer.Length, then.Length - _given);
            then.AsMemory(_given, count).CopyTo(buffer);
            _given += count;
            return count;
        }
    }
}
