using System.Buffers.Binary;
using System.Text;
using CallIntel.Sdk.Crypto.BlindIndex;

namespace CallIntel.Sdk.Search;

/// <summary>
/// Turns terms into lexemes: hashes under a key of the org of which 60 bits are kept, as ten characters.
/// </summary>
/// <remarks>
/// Not thread-safe. Two terms of an org with a million terms have the same lexeme with a probability of one in a
/// million. Such a term finds a few texts too many.
/// </remarks>
sealed class LexemeHasher(BlindIndexKey key)
{
    internal const int Length = 10;
    const int MaxKnown = 50_000,
        Bits = 6;
    const string Digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

    readonly Dictionary<string, string> _known = new(StringComparer.Ordinal);

    internal string Hash(string term)
    {
        if (_known.TryGetValue(term, out string? known))
            return known;
        string lexeme = Compute(term);
        if (_known.Count >= MaxKnown)
            _known.Clear();
        _known.Add(term, lexeme);
        return lexeme;
    }

    string Compute(string term)
    {
        Span<byte> utf8 = stackalloc byte[512];
        int length = Encoding.UTF8.GetBytes(term, utf8);
        Span<byte> hash = stackalloc byte[16];
        key.Compute(BlindIndexKind.OpaqueId, utf8[..length]).TryWriteBytes(hash, bigEndian: true, out _);
        ulong bits = BinaryPrimitives.ReadUInt64BigEndian(hash);
        return string.Create(Length, bits, static (text, value) =>
        {
            for (int i = 0; i < text.Length; i++, value >>= Bits)
                text[i] = Digits[(int)(value & (ulong)(Digits.Length - 1))];
        });
    }
}
