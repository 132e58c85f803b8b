using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace CallIntel.Sdk.Ingestion.Bulk;

/// <summary>
/// Writes rows in PostgreSQL's binary COPY format without an asynchronous call per field. Npgsql's own importer needs
/// several times the processor time for the same bytes (ADR 0004). Not thread-safe.
/// </summary>
sealed class BinaryCopyBuffer : IDisposable
{
    /// <summary>The number of bytes to collect before sending.</summary>
    internal const int Chunk = 64 * 1024;

    static readonly byte[] Header = [.. "PGCOPY\n"u8, 0xff, .. "\r\n\0"u8, 0, 0, 0, 0, 0, 0, 0, 0];

    static readonly DateTime Epoch = new(2000, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    byte[] _bytes = ArrayPool<byte>.Shared.Rent(2 * Chunk);
    int _length;

    internal bool IsFull => _length >= Chunk;

    internal ReadOnlyMemory<byte> Written => _bytes.AsMemory(0, _length);

    internal void Clear() => _length = 0;

    /// <summary>Writes the header before the first row: the signature, no flags, no extension.</summary>
    internal void WriteHeader() => Header.CopyTo(Take(Header.Length));

    internal void StartRow(short columns) => BinaryPrimitives.WriteInt16BigEndian(Take(2), columns);

    /// <summary>Writes the trailer after the last row.</summary>
    internal void WriteTrailer() => BinaryPrimitives.WriteInt16BigEndian(Take(2), -1);

    internal void Write(Guid? value)
    {
        if (value is { } present)
            present.TryWriteBytes(Field(16), bigEndian: true, out _);
        else
            WriteNull();
    }

    /// <param name="value">A UTC time. Stored with microsecond precision.</param>
    internal void Write(DateTime? value) =>
        Write(value is { } present ? (present - Epoch).Ticks / TimeSpan.TicksPerMicrosecond : (long?)null);

    internal void Write(long? value)
    {
        if (value is { } present)
            BinaryPrimitives.WriteInt64BigEndian(Field(8), present);
        else
            WriteNull();
    }

    internal void Write(int? value)
    {
        if (value is { } present)
            BinaryPrimitives.WriteInt32BigEndian(Field(4), present);
        else
            WriteNull();
    }

    internal void Write(short? value)
    {
        if (value is { } present)
            BinaryPrimitives.WriteInt16BigEndian(Field(2), present);
        else
            WriteNull();
    }

    /// <param name="value">The bytes. An empty value is written as null.</param>
    internal void Write(ReadOnlyMemory<byte> value)
    {
        if (!value.IsEmpty)
            value.Span.CopyTo(Field(value.Length));
        else
            WriteNull();
    }

    internal void Write(string? value)
    {
        if (value is not null)
            Encoding.UTF8.GetBytes(value, Field(Encoding.UTF8.GetByteCount(value)));
        else
            WriteNull();
    }

    public void Dispose()
    {
        // The buffer contains only envelopes, no plaintext, so it does not have to be cleared.
        ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = [];
    }

    void WriteNull() => BinaryPrimitives.WriteInt32BigEndian(Take(4), -1);

    Span<byte> Field(int length)
    {
        BinaryPrimitives.WriteInt32BigEndian(Take(4), length);
        return Take(length);
    }

    Span<byte> Take(int count)
    {
        if (_length + count > _bytes.Length)
        {
            byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Max(2 * _bytes.Length, _length + count));
            _bytes.AsSpan(0, _length).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_bytes);
            _bytes = larger;
        }
        Span<byte> taken = _bytes.AsSpan(_length, count);
        _length += count;
        return taken;
    }
}
