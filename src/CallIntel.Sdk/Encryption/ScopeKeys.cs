using System.Buffers.Binary;
using System.Security.Cryptography;
using CallIntel.Sdk.Crypto.Keys;

namespace CallIntel.Sdk.Encryption;

/// <summary>
/// The subjects of keys for data that belongs to no single person: one key per class of data and month.
/// </summary>
static class ScopeKeys
{
    /// <summary>The key for content of events with a withheld number.</summary>
    internal static KeySubject Contents(DateTime occurredAt) => KeySubject.Scope("contents", Month(occurredAt));

    /// <summary>The key for the org's own numbers, which belong to no contact.</summary>
    internal static KeySubject OwnNumbers(DateTime occurredAt) => KeySubject.Scope("lines", Month(occurredAt));

    /// <summary>
    /// The key for what describes the org itself: numbers and labels of its lines, and names of its members. It does
    /// not belong to a period, because these values stay as long as the org.
    /// </summary>
    internal static KeySubject Directory => KeySubject.Scope("directory");

    /// <summary>
    /// The ordinal that the envelope of an event's own number is bound to. Attachments have their own ordinals.
    /// </summary>
    internal const int OwnNumberOrdinal = -1;

    /// <summary>
    /// Returns the row id that details of an event are bound to. It does not contain the event's time, because the
    /// source may correct it.
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

    /// <summary>The key for rejected records, whose person is unknown.</summary>
    internal static KeySubject Rejects(DateTimeOffset now) => KeySubject.Scope("rejects", Month(now.UtcDateTime));

    /// <summary>
    /// The key for identities and notes of data subject requests. It belongs to no person, because the register
    /// has to be kept after an erasure.
    /// </summary>
    internal static KeySubject SubjectRequests(DateTimeOffset now) =>
        KeySubject.Scope("requests", Month(now.UtcDateTime));

    /// <summary>
    /// Returns the row id that the envelope of a reject is bound to. The table's primary key has two columns.
    /// </summary>
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
