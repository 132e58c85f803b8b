using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.Unicode;
using CallIntel.Sdk.Events;

namespace CallIntel.Sdk.Ingestion.Staging;

/// <summary>
/// Identifies records that have no id of their own: by digests under a key of the org, so that nobody without it can
/// test a guess of what was said.
/// </summary>
/// <remarks>
/// HMAC-SHA-256; no allocation but the text of a line's id. The same record has the same id in every process and run.
/// Not thread-safe: one for each run. Why: <c>docs/adr/0010-keyed-event-ids.md</c>.
/// </remarks>
sealed class RecordIdentity(IncrementalHash hash) : IDisposable
{
    /// <summary>How much of a line's digest is its id.</summary>
    const int LineIdBytes = 16;

    const byte OfFacts = 1,
        OfLine = 2,
        OfText = 3;

    /// <summary>The id of an event whose facts and content are all that identifies it.</summary>
    /// <param name="source">The source's name.</param>
    /// <param name="record">The record.</param>
    /// <param name="row">The same, validated: its party normalised.</param>
    internal Guid EventIdOf(string source, EventRecord record, in StagedEvent row)
    {
        Span<byte> facts = stackalloc byte[1 + 4 + 1 + 16 + 1 + 8 + 8];
        facts.Clear();
        facts[0] = OfFacts;
        (facts[1], facts[2], facts[3], facts[4]) = (
            (byte)record.Channel,
            (byte)record.Direction,
            (byte)(row.Party?.Kind ?? 0),
            (byte)(record.Member is null ? 0 : 1)
        );
        record.Member?.Value.TryWriteBytes(facts[6..], bigEndian: true, out _);
        facts[22] = (byte)(record.Duration is null ? 0 : 1);
        BinaryPrimitives.WriteInt64BigEndian(facts[23..], record.Duration?.Ticks ?? 0);
        BinaryPrimitives.WriteInt64BigEndian(facts[31..], record.OccurredAt.UtcTicks);
        hash.AppendData(facts);
        Append(source);
        Append(row.Party?.Value);
        Append(row.Body);
        Append(row.Transcript);
        Append(row.Summary);

        Span<byte> digest = stackalloc byte[HMACSHA256.HashSizeInBytes];
        hash.GetHashAndReset(digest);
        return EventId.From(record.OccurredAt, digest);
    }

    /// <summary>
    /// What stands as the external id of a line: it is stored, so it must tell as little of the line as the event's id.
    /// </summary>
    /// <param name="lineId">
    /// The importer's own: an unkeyed digest of the line in hexadecimal digits, and its number if it came before.
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
    /// Whether two deliveries say the same, without a trace of what: the beginning of a keyed digest. Null of null.
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

    /// <summary>The key in memory is the hash's.</summary>
    public void Dispose() => hash.Dispose();

    /// <summary>With its length in front, so that no two rows of values run together.</summary>
    void Append(string? text)
    {
        Span<byte> length = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(length, text is null ? -1 : Encoding.UTF8.GetByteCount(text));
        hash.AppendData(length);
        AppendUtf8(text);
    }

    /// <summary>Piece by piece, so that no buffer grows with the text.</summary>
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
