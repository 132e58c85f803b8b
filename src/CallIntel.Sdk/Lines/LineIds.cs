using System.Security.Cryptography;
using System.Text;
using CallIntel.Sdk.Contacts;
using CallIntel.Sdk.Tenancy;

namespace CallIntel.Sdk.Lines;

/// <summary>
/// Computes ids of lines from their numbers. <see cref="LineDirectory"/> and ingestion use the same computation, so an
/// event finds its line without a lookup, and a line may be added before or after its events.
/// </summary>
/// <param name="hash">
/// HMAC-SHA-256 with the key that the org's event ids use (<c>OrgEncryption.EventIdHashAsync</c>). The caller disposes
/// it.
/// </param>
/// <param name="normalizer">Normalizes numbers with the region of the line.</param>
/// <remarks>
/// Not thread-safe. Use one instance per run. Caches recent numbers, because feeds repeat them. The id is the first 16
/// bytes of the digest of a tag, the kind of the number and the normalized number, as a uuid of version 8. Stored
/// events refer to the ids, so this rule must not change. If a later normalizer reads a text as a number that was taken
/// as written before, the line has to be added again, and its earlier events keep the former id.
/// </remarks>
sealed class LineIds(IncrementalHash hash, PartyNormalizer normalizer)
{
    /// <summary>
    /// Distinguishes these digests from all others with the same key. <c>RecordIdentity</c> uses the tags from 1 on.
    /// </summary>
    const byte Tag = (byte)'L';

    const byte OfE164 = 1,
        OfText = 2;

    const int Remembered = 10_000;

    readonly Dictionary<string, LineId> _recent = new(StringComparer.Ordinal);

    /// <summary>Returns the id of the line with a number.</summary>
    /// <param name="number">
    /// The number as the source writes it. A text that is not a telephone number, such as an extension or a SIP
    /// address, identifies the line exactly as it is written.
    /// </param>
    /// <returns>The id; null for a blank text.</returns>
    internal LineId? Find(string? number)
    {
        if (string.IsNullOrWhiteSpace(number))
            return null;
        if (_recent.TryGetValue(number, out LineId known))
            return known;
        if (_recent.Count >= Remembered)
            _recent.Clear();
        return _recent[number] = Compute(Normalize(normalizer, number) is { } e164 ? (OfE164, e164) : (OfText, number));
    }

    /// <summary>
    /// Returns the text that a line is stored with: the number in E.164 format, or the text unchanged.
    /// </summary>
    internal static string Display(PartyNormalizer normalizer, string number) =>
        Normalize(normalizer, number) ?? number;

    static string? Normalize(PartyNormalizer normalizer, string number) =>
        normalizer.Normalize(number, PartyKind.NumberOrId)?.Address is { Kind: NumberKind.E164 } address
            ? address.Value
            : null;

    LineId Compute((byte Kind, string Value) line)
    {
        hash.AppendData([Tag, line.Kind]);
        hash.AppendData(Encoding.UTF8.GetBytes(line.Value));
        Span<byte> digest = stackalloc byte[HMACSHA256.HashSizeInBytes];
        hash.GetHashAndReset(digest);
        digest[6] = (byte)(0x80 | (digest[6] & 0x0F));
        digest[8] = (byte)(0x80 | (digest[8] & 0x3F));
        return new LineId(new Guid(digest[..16], bigEndian: true));
    }
}
