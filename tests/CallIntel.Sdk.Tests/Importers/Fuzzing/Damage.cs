using System.Text;

namespace CallIntel.Sdk.Tests.Importers.Fuzzing;

/// <summary>
/// Damages bytes anywhere: changes, removes, repeats or truncates them, or inserts syntax of one of the formats.
/// </summary>
static class Damage
{
    static readonly byte[][] Pieces =
    [
        .. new[]
        {
            "<",
            ">",
            "/>",
            "\"",
            "'",
            "&",
            "&#55357;",
            "&#0;",
            "&#x110000;",
            "&bomb;",
            "<!--",
            "-->",
            "<!DOCTYPE x [",
            "<![CDATA[",
            "]]>",
            "<sms ",
            "<mms>",
            "</mms>",
            "<part data=\"AA",
            "<q>",
            "<br>",
            "<?xml encoding=",
            "<div class=\"message\">",
            "{",
            "}",
            "[",
            "]",
            ",",
            ":",
            "\\",
            "\\ud83d",
            "null",
            "\"records\":[",
            "\"sid\":",
            "\"parties\":",
            "\"\\ud800\":",
            "1e999",
            "-1",
            "99999999999999999999",
            "\n",
            "\r\n",
            "\t",
            "\0",
            "date=\"0\"",
            "=",
        }.Select(Encoding.UTF8.GetBytes),
        [0xFF, 0xFE],
        [0xEF, 0xBB, 0xBF],
        [0xC3],
        [0xF0, 0x9F],
        [0xED, 0xA0, 0xBD],
        [0x1F, 0x8B],
    ];

    internal static byte[] Anywhere(byte[] sound, Random random)
    {
        List<byte> bytes = [.. sound];
        for (int times = random.Next(1, 6); times > 0 && bytes.Count > 0; times--)
        {
            int at = random.Next(bytes.Count),
                length = Math.Min(bytes.Count - at, 1 << random.Next(9));
            switch (random.Next(6))
            {
                case 0:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 1:
                    bytes.RemoveRange(at, length);
                    break;
                case 2:
                    bytes.InsertRange(at, bytes.GetRange(at, length));
                    break;
                case 3:
                    bytes.RemoveRange(at, bytes.Count - at);
                    break;
                default:
                    bytes.InsertRange(at, Pieces[random.Next(Pieces.Length)]);
                    break;
            }
        }
        return [.. bytes];
    }
}
