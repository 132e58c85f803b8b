using System.Text;

namespace CallIntel.Sdk.Tests.Importers;

/// <summary>A stream with a very long run of one character in its middle, which never exists as a whole.</summary>
sealed class LongStream(string beginning, long middle, string end) : Stream
{
    readonly byte[] _beginning = Encoding.UTF8.GetBytes(beginning), _end = Encoding.UTF8.GetBytes(end);
    long _position;

    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => _beginning.Length + middle + _end.Length;
    public override long Position { get => _position; set => throw new NotSupportedException(); }

    public override int Read(Span<byte> buffer)
    {
        int count = (int)Math.Min(buffer.Length, Length - _position);
        for (int i = 0; i < count; i++, _position++)
            buffer[i] = _position < _beginning.Length ? _beginning[_position]
                : _position < _beginning.Length + middle ? (byte)'x'
                : _end[_position - _beginning.Length - middle];
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => new(Read(buffer.Span));

    public override void Flush() => throw new NotSupportedException();
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
