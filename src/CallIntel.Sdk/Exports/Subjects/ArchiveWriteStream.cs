using System.Security.Cryptography;

namespace CallIntel.Sdk.Exports;

/// <summary>
/// Encrypts what is written to it, chunk by chunk. Without <see cref="CompleteAsync"/>, the last chunk is missing, and
/// the stream cannot be opened.
/// </summary>
sealed class ArchiveWriteStream(Stream destination, byte[] key) : Stream
{
    readonly ArchiveCipher _cipher = new(key);
    readonly byte[] _plaintext = new byte[ArchiveCipher.ChunkLength];
    readonly byte[] _chunk = new byte[ArchiveCipher.ChunkLength + ArchiveCipher.TagLength];
    int _used;
    bool _isComplete;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => !_isComplete;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            if (_used == _plaintext.Length)
                destination.Write(_chunk, 0, Seal(isLast: false));
            buffer = buffer[Fill(buffer)..];
        }
    }

    public override async ValueTask WriteAsync(
        ReadOnlyMemory<byte> buffer,
        CancellationToken cancellationToken = default
    )
    {
        while (!buffer.IsEmpty)
        {
            if (_used == _plaintext.Length)
                await destination
                    .WriteAsync(_chunk.AsMemory(0, Seal(isLast: false)), cancellationToken)
                    .ConfigureAwait(false);
            buffer = buffer[Fill(buffer.Span)..];
        }
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <summary>Writes the last chunk and flushes the destination. Nothing can be written after it.</summary>
    internal async Task CompleteAsync(CancellationToken cancellationToken)
    {
        await destination.WriteAsync(_chunk.AsMemory(0, Seal(isLast: true)), cancellationToken).ConfigureAwait(false);
        _isComplete = true;
        await destination.FlushAsync(cancellationToken).ConfigureAwait(false);
    }

    public override void Flush() { }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _cipher.Dispose();
        CryptographicOperations.ZeroMemory(_plaintext);
        CryptographicOperations.ZeroMemory(key);
        base.Dispose(disposing);
    }

    int Fill(ReadOnlySpan<byte> buffer)
    {
        ObjectDisposedException.ThrowIf(_isComplete, this);
        int count = Math.Min(buffer.Length, _plaintext.Length - _used);
        buffer[..count].CopyTo(_plaintext.AsSpan(_used));
        _used += count;
        return count;
    }

    /// <returns>The length of the chunk.</returns>
    int Seal(bool isLast)
    {
        int length = _used + ArchiveCipher.TagLength;
        _cipher.Encrypt(_plaintext.AsSpan(0, _used), isLast, _chunk);
        _used = 0;
        return length;
    }
}
