using System.Text;

namespace CallIntel.Sdk.Tests.Importers;

/// <summary>
/// A stream with a very long middle that is generated while it is read, and that measures the memory in use from time
/// to time.
/// </summary>
/// <param name="beginning">The text at the beginning.</param>
/// <param name="middle">The minimum number of bytes in the middle.</param>
/// <param name="end">The text at the end.</param>
/// <param name="repeated">Returns the repeated text by its index. By default, one character.</param>
sealed class LongStream(string beginning, long middle, string end, Func<long, string>? repeated = null) : Stream
{
    const int LookEvery = 16 << 20,
        AtOnce = 1 << 15;

    readonly long _memoryBefore = GC.GetTotalMemory(forceFullCollection: true);
    byte[] _block = Encoding.UTF8.GetBytes(beginning);
    int _given;
    long _times,
        _done,
        _looked;
    bool _ended;

    /// <summary>
    /// The maximum memory that was in use while the stream was read, in addition to the memory in use before.
    /// </summary>
    internal long MostMemory { get; private set; }

    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => throw new NotSupportedException();
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(Span<byte> buffer)
    {
        if (_given == _block.Length && !_ended)
            NextBlock();
        int count = Math.Min(buffer.Length, _block.Length - _given);
        _block.AsSpan(_given, count).CopyTo(buffer);
        _given += count;
        return count;
    }

    void NextBlock()
    {
        if (_done - _looked >= LookEvery)
        {
            MostMemory = Math.Max(MostMemory, GC.GetTotalMemory(forceFullCollection: true) - _memoryBefore);
            _looked = _done;
        }
        (_given, _ended) = (0, _done >= middle);
        if (_ended)
            _block = Encoding.UTF8.GetBytes(end);
        else if (repeated is not null || _times == 0)
        {
            StringBuilder text = new();
            for (long most = Math.Min(AtOnce, middle - _done); text.Length < most; _times++)
                text.Append(repeated is null ? "x" : repeated(_times));
            _block = Encoding.UTF8.GetBytes(text.ToString());
        }
        else if (_block.Length > middle - _done)
            _block = _block[..(int)(middle - _done)];
        _done += _ended ? 0 : _block.Length;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        new(Read(buffer.Span));

    public override void Flush() => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
