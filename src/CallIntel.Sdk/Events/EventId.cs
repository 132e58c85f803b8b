using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using CallIntel.Sdk.Ingestion.Staging;

namespace CallIntel.Sdk.Events;

/// <summary>
/// Creates the deterministic, time-ordered id of an event: the same record always has the same id and therefore the
/// same row.
/// </summary>
/// <remarks>
/// The id is a UUID of version 8 (RFC 9562): 48 bits with the event's time in milliseconds, then 74 bits of a digest.
/// If the record has an external id, the digest is SHA-256 over the source and the external id, which are stored
/// unencrypted beside it; otherwise it is a hash with a key of the org (<c>RecordIdentity</c>). A month is a range of
/// ids, inserts go to the right edge of the index, and no unique index is needed besides the primary key.
/// </remarks>
static class EventId
{
    const int StackBytes = 512;

    internal static Guid From(DateTimeOffset occurredAt, string source, ReadOnlySpan<char> externalId)
    {
        int size = 4 + Encoding.UTF8.GetMaxByteCount(source.Length) + Encoding.UTF8.GetMaxByteCount(externalId.Length);
        Span<byte> message = size <= StackBytes ? stackalloc byte[StackBytes] : new byte[size];
        int length = Encoding.UTF8.GetBytes(source, message[4..]);
        BinaryPrimitives.WriteInt32BigEndian(message, length); // keeps ("ab", "c") and ("a", "bc") apart
        length += 4;
        length += Encoding.UTF8.GetBytes(externalId, message[length..]);

        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(message[..length], digest);
        return From(occurredAt, digest);
    }

    internal static Guid From(DateTimeOffset occurredAt, ReadOnlySpan<byte> digest)
    {
        Span<byte> id = stackalloc byte[16];
        BinaryPrimitives.WriteInt64BigEndian(id, occurredAt.ToUnixTimeMilliseconds() << 16);
        digest[..10].CopyTo(id[6..]);
        id[6] = (byte)((id[6] & 0x0F) | 0x80);
        id[8] = (byte)((id[8] & 0x3F) | 0x80);
        return new Guid(id, bigEndian: true);
    }

    /// <summary>
    /// Whether two ids differ only in their time, which means that the source corrected the time of one record.
    /// </summary>
    internal static bool IsSameRecord(Guid one, Guid other)
    {
        Span<byte> a = stackalloc byte[16],
            b = stackalloc byte[16];
        return one.TryWriteBytes(a, bigEndian: true, out _)
            && other.TryWriteBytes(b, bigEndian: true, out _)
            && a[6..].SequenceEqual(b[6..]);
    }

    /// <summary>Returns the id that follows another one in the order of ids.</summary>
    internal static Guid Next(Guid id)
    {
        Span<byte> bytes = stackalloc byte[16];
        id.TryWriteBytes(bytes, bigEndian: true, out _);
        BinaryPrimitives.WriteUInt128BigEndian(bytes, BinaryPrimitives.ReadUInt128BigEndian(bytes) + 1);
        return new Guid(bytes, bigEndian: true);
    }

    /// <summary>Returns the smallest id of a moment. The SQL equivalent is <c>callintel.first_id</c>.</summary>
    internal static Guid FirstOf(DateTimeOffset moment)
    {
        Span<byte> id = stackalloc byte[16];
        id.Clear();
        BinaryPrimitives.WriteInt64BigEndian(id, moment.ToUnixTimeMilliseconds() << 16);
        return new Guid(id, bigEndian: true);
    }
}
