using System.Globalization;
using System.Text;
using System.Text.Unicode;
using CallIntel.Sdk.Events;

namespace CallIntel.Sdk.Ingestion.Importers.Files.Markup;

/// <summary>Decodes UTF-8 and character references.</summary>
static class MarkupText
{
    const int LongestReference = 12;

    /// <summary>
    /// Decodes text. Two references that form a surrogate pair, as Android writes emoji, become one character. A lone
    /// half of a pair becomes U+FFFD.
    /// </summary>
    /// <param name="bytes">The text as UTF-8.</param>
    /// <param name="lenient">
    /// Whether an unknown reference is kept as text, as in HTML. Otherwise it is malformed. Entities are never
    /// expanded.
    /// </param>
    /// <param name="text">The decoded text.</param>
    /// <returns>The reason why the text is invalid, or null.</returns>
    internal static RejectReason? Decode(ReadOnlySpan<byte> bytes, bool lenient, out string text)
    {
        if (!Utf8.IsValid(bytes))
        {
            text = Encoding.Latin1.GetString(bytes);
            return RejectReason.WrongEncoding;
        }
        text = Encoding.UTF8.GetString(bytes);
        return text.Contains('&', StringComparison.Ordinal) ? Resolve(text, lenient, out text) : null;
    }

    /// <summary>
    /// The text of bytes of a file that are kept with a reject. Bytes that are not UTF-8 are kept as one character
    /// each.
    /// </summary>
    internal static string Raw(ReadOnlySpan<byte> bytes)
    {
        if (Utf8.IsValid(bytes))
            return Encoding.UTF8.GetString(bytes);
        // a character that the limit of the kept bytes cut
        for (int cut = 1; cut <= 3 && cut < bytes.Length && bytes[^cut] > 0x7F; cut++)
            if (Utf8.IsValid(bytes[..^cut]))
                return Encoding.UTF8.GetString(bytes[..^cut]);
        return Encoding.Latin1.GetString(bytes);
    }

    static RejectReason? Resolve(string raw, bool lenient, out string text)
    {
        StringBuilder resolved = new(raw.Length);
        text = raw;
        for (int i = 0; i < raw.Length; )
        {
            int amp = raw.IndexOf('&', i);
            if (amp < 0)
            {
                resolved.Append(raw, i, raw.Length - i);
                break;
            }
            resolved.Append(raw, i, amp - i);
            int end = raw.IndexOf(';', amp, Math.Min(LongestReference, raw.Length - amp));
            if (end > 0 && TryResolve(raw.AsSpan(amp + 1, end - amp - 1), resolved))
                i = end + 1;
            else if (lenient)
            {
                resolved.Append('&');
                i = amp + 1;
            }
            else
                return RejectReason.Malformed;
        }
        ReplaceLoneHalves(resolved);
        text = resolved.ToString();
        return null;
    }

    /// <summary>
    /// Replaces halves of surrogate pairs: one broken emoji must not cost the message that contains it.
    /// </summary>
    static void ReplaceLoneHalves(StringBuilder text)
    {
        for (int i = 0; i < text.Length; i++)
            if (char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
                i++;
            else if (char.IsSurrogate(text[i]))
                text[i] = '\uFFFD';
    }

    static bool TryResolve(ReadOnlySpan<char> name, StringBuilder resolved)
    {
        if (name is ['#', .. var digits])
        {
            bool isHex = digits is ['x' or 'X', ..];
            if (
                !int.TryParse(
                    isHex ? digits[1..] : digits,
                    isHex ? NumberStyles.AllowHexSpecifier : NumberStyles.None,
                    CultureInfo.InvariantCulture,
                    out int code
                ) || code is < 0 or > 0x10FFFF
            )
                return false;
            if (code > 0xFFFF)
                resolved.Append(char.ConvertFromUtf32(code));
            else
                resolved.Append((char)code);
            return true;
        }
        char known = name switch
        {
            "lt" => '<',
            "gt" => '>',
            "amp" => '&',
            "quot" => '"',
            "apos" => '\'',
            "nbsp" => '\u00A0',
            _ => '\0',
        };
        if (known != '\0')
            resolved.Append(known);
        return known != '\0';
    }
}
