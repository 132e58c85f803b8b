using System.Buffers.Binary;
using System.Text;

namespace CallIntel.Sdk.Importers.Sqlite;

/// <summary>
/// Finds the text of an attributed string in a typed stream. Newer versions of iOS store messages in this form instead
/// of as plain text.
/// </summary>
/// <remarks>
/// The first string in the stream is the text. It follows the name of its class: a plus sign, the length and UTF-8.
/// </remarks>
static class AttributedText
{
    const int MostBetween = 24;

    /// <returns>The text, or null if the bytes have another structure.</returns>
    internal static string? Find(ReadOnlySpan<byte> bytes)
    {
        int name = bytes.IndexOf("NSString"u8);
        if (name < 0)
            return null;
        ReadOnlySpan<byte> rest = bytes[(name + "NSString".Length)..];
        int plus = rest[..Math.Min(rest.Length, MostBetween)].IndexOf((byte)'+');
        if (plus < 0 || !TryReadLength(rest[(plus + 1)..], out int length, out int used))
            return null;
        rest = rest[(plus + 1 + used)..];
        if (length > rest.Length)
            return null;
        try
        {
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(rest[..length]);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    /// <summary>Reads a length of one byte, or of two or four bytes after a mark.</summary>
    static bool TryReadLength(ReadOnlySpan<byte> bytes, out int length, out int used)
    {
        (length, used) = (0, 0);
        switch (bytes)
        {
            case [0x81, _, _, ..]:
                (length, used) = (BinaryPrimitives.ReadUInt16LittleEndian(bytes[1..]), 3);
                return true;
            case [0x82, _, _, _, _, ..]:
                (length, used) = (BinaryPrimitives.ReadInt32LittleEndian(bytes[1..]), 5);
                return length >= 0;
            case [< 0x80, ..]:
                (length, used) = (bytes[0], 1);
                return true;
            default:
                return false;
        }
    }
}
