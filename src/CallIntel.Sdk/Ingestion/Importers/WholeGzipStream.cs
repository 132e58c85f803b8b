using System.IO.Compression;

namespace CallIntel.Sdk.Ingestion.Importers;

/// <summary>Unpacks gzip and makes sure that it was whole.</summary>
/// <remarks>
/// <see cref="GZipStream"/> takes a file that was cut off for one that ends there, unless a switch of the whole process says otherwise
/// (System.IO.Compression.UseStrictValidation). So a member of our own follows the last one: it comes out at the end only if the last one was
/// complete.
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
        // what might be the mark is held back
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
                : throw new InvalidDataException("The archive is cut off.");
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

    /// <summary>A stream, and bytes after it.</summary>
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
