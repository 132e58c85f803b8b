using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using CallIntel.Sdk.Ingestion.Staging;

namespace CallIntel.Sdk.Events;

/// <summary>
/// Makes the deterministic, time-ordered id of an event: the same record delivered twice is the same row.
/// </summary>
/// <remarks>
/// UUID version 8 (RFC 9562): 48 bits of milliseconds of the event's time, then 74 bits of a digest: SHA-256 over
/// source and external id, which stand beside it in the clear, or where a record has no id the org's keyed hash of it
/// (<c>RecordIdentity</c>). Months are ranges of the id, inserts stay at the right edge of the index, and the primary
/// key is the only unique index needed.
/// </remarks>
static class EventId
{
    const int StackBytes = 512;

    internal static Guid From(DateTimeOffset occurredAt, string source, ReadOnlySpan<char> externalId)
    {
        int size = 4 + Encoding.UTF8.GetMaxByteCount(source.Length) + Encoding.UTF8.GetMaxByteCount(externalId.Length);
        Span<byte> message = size <= StackBytes ? stackalloc byte[StackBytes] : new byte[size];
        int length = Encoding.UTF8.GetBytes(source, message[4..]);
        BinaryPrimitives.WriteInt32BigEndian(message, length); // so that no two pairs run together
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

    /// <summary>Whether two ids differ in their time alone: one record, whose source corrected when it was.</summary>
    internal static bool IsSameRecord(Guid one, Guid other)
    {
        Span<byte> a = stackalloc byte[16],
            b = stackalloc byte[16];
        return one.TryWriteBytes(a, bigEndian: true, out _)
            && other.TryWriteBytes(b, bigEndian: true, out _)
            && a[6..].SequenceEqual(b[6..]);
    }

    /// <summary>The smallest id of a moment; the SQL side is <c>callintel.first_id</c>.</summary>
    internal static Guid FirstOf(DateTimeOffset moment)
    {
        Span<byte> id = stackalloc byte[16];
        id.Clear();
        BinaryPrimitives.WriteInt64BigEndian(id, moment.ToUnixTimeMilliseconds() << 16);
        return new Guid(id, bigEndian: true);
    }
}
