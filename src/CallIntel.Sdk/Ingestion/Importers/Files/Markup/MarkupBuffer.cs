namespace CallIntel.Sdk.Ingestion.Importers.Files.Markup;

/// <summary>A buffer of 64 KiB that moves over a stream and counts its position.</summary>
sealed class MarkupBuffer(Stream stream)
{
    readonly byte[] _bytes = new byte[1 << 16];
    int _start,
        _end;
    long _before;

    /// <summary>The position of the next byte, from 0.</summary>
    internal long Offset => _before + _start;

    internal ReadOnlySpan<byte> Unread => _bytes.AsSpan(_start, _end - _start);

    internal void Skip(int count) => _start += count;

    /// <returns>Whether there is a byte to read.</returns>
    internal ValueTask<bool> HasMoreAsync(CancellationToken cancellationToken) =>
        _start < _end ? new(true) : FillAsync(cancellationToken);

    async ValueTask<bool> FillAsync(CancellationToken cancellationToken)
    {
        _before += _end;
        (_start, _end) = (0, 0);
        _end = await stream.ReadAsync(_bytes, cancellationToken).ConfigureAwait(false);
        return _end > 0;
    }
}
