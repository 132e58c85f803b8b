using System.Buffers.Binary;
using System.Security.Cryptography;
using CallIntel.Sdk.Crypto.Keys;

namespace CallIntel.Sdk.Encryption;

/// <summary>Keys for what belongs to no single person: one a class of data and month.</summary>
static class ScopeKeys
{
    /// <summary>Content of events whose number was withheld.</summary>
    internal static KeySubject Contents(DateTime occurredAt) => KeySubject.Scope("contents", Month(occurredAt));

    /// <summary>The org's own numbers: they are nobody's outside.</summary>
    internal static KeySubject OwnNumbers(DateTime occurredAt) => KeySubject.Scope("lines", Month(occurredAt));

    /// <summary>The ordinal that the envelope of an event's own number is bound to; its parts have theirs.</summary>
    internal const int OwnNumberOrdinal = -1;

    /// <summary>
    /// The row id that what belongs to an event is bound to: without the event's time, which its source may correct.
    /// </summary>
    internal static Guid DetailRowId(Guid eventId, int ordinal)
    {
        Span<byte> message = stackalloc byte[20];
        eventId.TryWriteBytes(message, bigEndian: true, out _);
        message[..6].Clear();
        BinaryPrimitives.WriteInt32BigEndian(message[16..], ordinal);
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(message, digest);
        return new Guid(digest[..16], bigEndian: true);
    }

    /// <summary>Records that were rejected: nobody knows whose they are.</summary>
    internal static KeySubject Rejects(DateTimeOffset now) => KeySubject.Scope("rejects", Month(now.UtcDateTime));

    /// <summary>The row id that a reject's envelope is bound to; its key in the table has two parts.</summary>
    internal static Guid RejectRowId(Guid run, long ordinal)
    {
        Span<byte> message = stackalloc byte[24];
        run.TryWriteBytes(message, bigEndian: true, out _);
        BinaryPrimitives.WriteInt64BigEndian(message[16..], ordinal);
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(message, digest);
        return new Guid(digest[..16], bigEndian: true);
    }

    static int Month(DateTime time) => (time.Year * 100) + time.Month;
}
