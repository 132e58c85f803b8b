using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.Unicode;
using CallIntel.Sdk.Events;

namespace CallIntel.Sdk.Ingestion.Staging;

/// <summary>
/// Identifies records that have no id of their own by digests with a key of the org. Without the key, nobody can verify
/// a guess of the content.
/// </summary>
/// <remarks>
/// Uses HMAC-SHA-256. The same record has the same id in every process and run. Allocates only the text of a line's id.
/// Not thread-safe. Use one instance per run. For the reasons, see <c>docs/adr/0010-keyed-event-ids.md</c>.
/// </remarks>
sealed class RecordIdentity(IncrementalHash hash) : IDisposable
{
    /// <summary>The number of bytes of a line's digest that form its id.</summary>
    const int LineIdBytes = 16;

    const byte OfFacts = 1,
        OfLine = 2,
        OfText = 3;

    /// <summary>Returns the id of an event that is identified only by its metadata and content.</summary>
    /// <remarks>
    /// The party counts as the source wrote it, without white space at its ends. This rule must not change: with the
    /// normalized number instead, every improvement of the normalizer would store old files a second time. The time
    /// counts in UTC, so a file that is imported again with another time zone results in other ids.
    /// </remarks>
    /// <param name="source">The name of the source.</param>
    /// <param name="record">The record.</param>
    internal Guid EventIdOf(string source, EventRecord record)
    {
        Span<byte> facts = stackalloc byte[1 + 3 + 16 + 1 + 8 + 8];
        facts.Clear();
        facts[0] = OfFacts;
        (facts[1], facts[2], facts[3]) = (
            (byte)record.Channel,
            (byte)record.Direction,
            (byte)(record.Member is null ? 0 : 1)
        );
        record.Member?.Value.TryWriteBytes(facts[4..], bigEndian: true, out _);
        facts[20] = (byte)(record.Duration is null ? 0 : 1);
        BinaryPrimitives.WriteInt64BigEndian(facts[21..], record.Duration?.Ticks ?? 0);
        BinaryPrimitives.WriteInt64BigEndian(facts[29..], record.OccurredAt.UtcTicks);
        hash.AppendData(facts);
        Append(source);
        Append(record.Party is null, record.Party.AsSpan().Trim());
        Append(record.Body);
        Append(record.Transcript);
        Append(record.Summary);

        Span<byte> digest = stackalloc byte[HMACSHA256.HashSizeInBytes];
        hash.GetHashAndReset(digest);
        return EventId.From(record.OccurredAt, digest);
    }

    /// <summary>
    /// Returns the external id of a record that is identified by its line. It is stored, so it must not reveal more
    /// about the line than the event id does.
    /// </summary>
    /// <param name="lineId">
    /// The importer's id: an unkeyed hexadecimal digest of the line, followed by a counter for repeated lines.
    /// </param>
    internal string ExternalIdOf(string lineId)
    {
        ReadOnlySpan<char> line = lineId.AsSpan(0, 2 * LineIdBytes);
        Span<byte> digits = stackalloc byte[2 * LineIdBytes];
        Encoding.ASCII.GetBytes(line, digits);
        hash.AppendData([OfLine]);
        hash.AppendData(digits);
        Span<byte> digest = stackalloc byte[HMACSHA256.HashSizeInBytes];
        hash.GetHashAndReset(digest);
        return string.Concat(Convert.ToHexStringLower(digest[..LineIdBytes]), lineId.AsSpan(line.Length));
    }

    /// <summary>
    /// Returns the first bytes of a keyed digest of a text, which reveals whether two reports of a record differ
    /// without revealing the text. Returns null for null.
    /// </summary>
    internal long? HashOf(string? text)
    {
        if (text is null)
            return null;
        hash.AppendData([OfText]);
        AppendUtf8(text);
        Span<byte> digest = stackalloc byte[HMACSHA256.HashSizeInBytes];
        hash.GetHashAndReset(digest);
        return BinaryPrimitives.ReadInt64BigEndian(digest);
    }

    /// <summary>Disposes the hash, which holds the only copy of the key.</summary>
    public void Dispose() => hash.Dispose();

    /// <summary>
    /// Appends a text with its length in front, so that different values cannot result in the same bytes.
    /// </summary>
    void Append(string? text) => Append(text is null, text);

    void Append(bool isNull, ReadOnlySpan<char> text)
    {
        Span<byte> length = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(length, isNull ? -1 : Encoding.UTF8.GetByteCount(text));
        hash.AppendData(length);
        AppendUtf8(text);
    }

    /// <summary>Appends a text in pieces, so that no buffer grows with the text.</summary>
    void AppendUtf8(ReadOnlySpan<char> text)
    {
        Span<byte> bytes = stackalloc byte[512];
        while (!text.IsEmpty)
        {
            Utf8.FromUtf16(text, bytes, out int read, out int written, replaceInvalidSequences: true);
            hash.AppendData(bytes[..written]);
            text = text[read..];
        }
        CryptographicOperations.ZeroMemory(bytes);
    }
}
