using System.Globalization;
using System.Text;

namespace CallIntel.Sdk.IntegrationTests.Encryption;

/// <summary>The encodings in which plaintext could appear in a dump, a file or a log.</summary>
static class PlaintextForms
{
    internal static IEnumerable<(string Form, byte[] Bytes)> Of(string text)
    {
        byte[] utf8 = Encoding.UTF8.GetBytes(text);
        yield return ("plain", utf8);
        yield return ("utf-16", Encoding.Unicode.GetBytes(text));
        yield return ("latin-1", Encoding.Latin1.GetBytes(text));
        yield return ("hex", Encoding.ASCII.GetBytes(Convert.ToHexStringLower(utf8)));
        yield return ("HEX", Encoding.ASCII.GetBytes(Convert.ToHexString(utf8)));
        // in the middle of something else base64 has three forms; what neighbours share in is cut off
        for (int before = 0; before < 3; before++)
        {
            string encoded = Convert.ToBase64String([.. new byte[before], .. utf8, .. new byte[3]]);
            int first = before == 0 ? 0 : 4,
                last = (before + utf8.Length) / 3 * 4;
            yield return ($"base64 from {before}", Encoding.ASCII.GetBytes(encoded[first..last]));
            yield return (
                $"base64url from {before}",
                Encoding.ASCII.GetBytes(encoded[first..last].Replace('+', '-').Replace('/', '_'))
            );
        }
        yield return ("percent", Encoding.ASCII.GetBytes(Uri.EscapeDataString(text)));
        yield return (
            "json",
            Encoding.ASCII.GetBytes(
                string.Concat(
                    text.Select(c =>
                        char.IsAscii(c) ? $"{c}" : string.Create(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}")
                    )
                )
            )
        );
        yield return ("bytea escape", Encoding.ASCII.GetBytes(Octal(utf8, "\\")));
        yield return ("bytea escape in COPY", Encoding.ASCII.GetBytes(Octal(utf8, "\\\\")));
    }

    /// <summary>The forms that are found.</summary>
    internal static List<string> FoundIn(ReadOnlySpan<byte> where, string text)
    {
        List<string> found = [];
        foreach ((string form, byte[] bytes) in Of(text))
            if (where.IndexOf(bytes) >= 0)
                found.Add(form);
        return found;
    }

    static string Octal(byte[] utf8, string escape) =>
        string.Concat(utf8.Select(b => b < 128 ? $"{(char)b}" : escape + Convert.ToString(b, 8).PadLeft(3, '0')));
}
