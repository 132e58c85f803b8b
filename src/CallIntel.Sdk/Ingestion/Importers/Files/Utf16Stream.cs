using System.Buffers.Binary;
using System.Text;

namespace CallIntel.Sdk.Ingestion.Importers.Files;

/// <summary>Converts UTF-16 to UTF-8.</summary>
/// <remarks>
/// Half of a surrogate pair, and a single byte at the end of the file, become bytes that are not UTF-8, so that only
/// the record that contains them is rejected.
/// </remarks>
sealed class Utf16Stream(Stream inner, bool isBigEndian, int skip) : DecodedStream(inner, skip)
{
    bool _hasLines,
        _returned;

    protected override int Decode(ReadOnlySpan<byte> bytes, Span<byte> decoded, bool isEnd, out int written)
    {
        written = 0;
        int i = 0;
        for (; i + 1 < bytes.Length; i += 2)
        {
            char c = At(bytes, i);
            if (char.IsHighSurrogate(c))
            {
                if (i + 3 >= bytes.Length && !isEnd)
                    break;
                if (i + 3 < bytes.Length && char.IsLowSurrogate(At(bytes, i + 2)))
                {
                    written += new Rune(c, At(bytes, i + 2)).EncodeToUtf8(decoded[written..]);
                    i += 2;
                    continue;
                }
            }
            if (Rune.TryCreate(c, out Rune rune))
                written += rune.EncodeToUtf8(decoded[written..]);
            else
            {
                decoded[written++] = (byte)(0xE0 | (c >> 12));
                decoded[written++] = (byte)(0x80 | ((c >> 6) & 0x3F));
                decoded[written++] = (byte)(0x80 | (c & 0x3F));
            }
        }
        if (isEnd && i < bytes.Length)
            for (; i < bytes.Length; i++)
                decoded[written++] = 0xFF;
        LineEnds(decoded[..written]);
        return i;
    }

    /// <summary>Converts carriage returns to line feeds, as long as no line feed occurred.</summary>
    void LineEnds(Span<byte> text)
    {
        if (!_returned)
            (_hasLines, _returned) = (text.Contains((byte)'\n'), true);
        if (!_hasLines)
            text.Replace((byte)'\r', (byte)'\n');
    }

    char At(ReadOnlySpan<byte> bytes, int i) =>
        (char)(
            isBigEndian
                ? BinaryPrimitives.ReadUInt16BigEndian(bytes[i..])
                : BinaryPrimitives.ReadUInt16LittleEndian(bytes[i..])
        );
}
