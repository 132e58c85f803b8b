namespace CallIntel.Sdk.Ingestion.Importers.Files;

/// <summary>
/// Splits a stream into records at line ends outside quotes. Holds one record of at most 4 MiB in memory at a time.
/// </summary>
/// <remarks>
/// A quote opens only at the beginning of a field, as RFC 4180 requires. Anywhere else it is an ordinary character.
/// </remarks>
sealed class RecordReader(Stream stream, char? quotedBetween) : RecordSource
{
    internal const int MaxRecordBytes = 4 << 20;
    const byte Quote = (byte)'"',
        NewLine = (byte)'\n';

    readonly byte? _delimiter = quotedBetween is { } c ? (byte)c : null;
    byte[] _buffer = new byte[1 << 16];
    int _start,
        _end; // the bytes that are read and not yet returned
    int _scanned; // the number of these bytes that were searched for the end of the record
    long _dropped; // the number of discarded bytes of a record that is too long
    byte _beforeStart; // the last discarded byte
    long _closedAt;
    bool _ended;

    internal override async ValueTask<bool> ReadAsync(CancellationToken cancellationToken)
    {
        byte[]? beginning = null;
        Line += Line == 0 ? 1 : Lines;
        (Lines, _dropped, _scanned, _closedAt, IsOpen) = (1, 0, 0, -2, false);
        while (true)
        {
            if (TryFindEnd(out int length) || (_ended && length + _dropped > 0))
            {
                IsTooLong = beginning is not null;
                Record = beginning ?? TrimReturn(_buffer.AsMemory(_start, length));
                _start = Math.Min(_start + length + 1, _end);
                return true;
            }
            if (_ended)
                return false;
            if (length == MaxRecordBytes)
            {
                beginning ??= _buffer.AsSpan(_start, 1 << 16).ToArray();
                _dropped += length;
                _beforeStart = _buffer[_end - 1];
                _start = _end = _scanned = 0;
            }
            await FillAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <param name="length">
    /// The number of bytes up to the end of the record, or of all bytes if the end was not found.
    /// </param>
    bool TryFindEnd(out int length)
    {
        ReadOnlySpan<byte> bytes = _buffer.AsSpan(_start, _end - _start);
        while (_scanned < bytes.Length)
        {
            ReadOnlySpan<byte> rest = bytes[_scanned..];
            int found =
                IsOpen ? rest.IndexOf(Quote)
                : _delimiter is null ? rest.IndexOf(NewLine)
                : rest.IndexOfAny(NewLine, Quote);
            if (IsOpen)
                Lines += (found < 0 ? rest : rest[..found]).Count(NewLine);
            if (found < 0)
            {
                _scanned = bytes.Length;
                break;
            }
            _scanned += found + 1;
            length = _scanned - 1;
            if (rest[found] == NewLine && !IsOpen)
                return true;
            long position = _dropped + length;
            byte before = length > 0 ? bytes[length - 1] : _beforeStart;
            if (IsOpen)
                (IsOpen, _closedAt) = (false, position);
            else
                IsOpen = position == 0 || before == _delimiter || _closedAt == position - 1;
        }
        length = bytes.Length;
        return false;
    }

    async ValueTask FillAsync(CancellationToken cancellationToken)
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }
        if (_end == _buffer.Length)
            Array.Resize(ref _buffer, Math.Min(2 * _buffer.Length, MaxRecordBytes));
        try
        {
            int read = await stream.ReadAsync(_buffer.AsMemory(_end), cancellationToken).ConfigureAwait(false);
            _end += read;
            _ended = read == 0;
        }
        catch (Exception e) when (RawFile.IsUnreadable(e))
        {
            throw RawFile.Unreadable($"The file could not be read beyond line {Line - 1}. It may be damaged.", e);
        }
    }

    static ReadOnlyMemory<byte> TrimReturn(ReadOnlyMemory<byte> record) =>
        record.Span is [.., (byte)'\r'] ? record[..^1] : record;
}
