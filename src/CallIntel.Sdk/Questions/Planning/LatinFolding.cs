using System.Collections.Frozen;
using System.Text;

namespace CallIntel.Sdk.Questions.Planning;

/// <summary>
/// Turns text into lower case without accents. A table of its own, because hosts often run without culture data
/// (<c>InvariantGlobalization</c>), where normalization removes no accents.
/// </summary>
static class LatinFolding
{
    const string Accented =
        "àáâãäåāăąçćĉċčďđèéêëēĕėęěĝğġģĥħìíîïĩīĭįıĵķĺļľŀłñńņňòóôõöōŏőøŕŗřśŝşšţťŧùúûüũūŭůűųŵýÿŷźżžðșț";
    const string Plain = "aaaaaaaaacccccddeeeeeeeeegggghhiiiiiiiiijklllllnnnnooooooooorrrsssstttuuuuuuuuuuwyyyzzzdst";

    static readonly FrozenDictionary<char, string> Map = Build();

    /// <summary>Appends the folded form of a character; nothing for a combining mark.</summary>
    internal static void Append(StringBuilder text, char c)
    {
        if (char.IsAscii(c))
            text.Append(char.ToLowerInvariant(c));
        else if (c is >= '\u0300' and <= '\u036f')
            return;
        else if (Map.TryGetValue(char.ToLowerInvariant(c), out string? plain))
            text.Append(plain);
        else
            text.Append(char.ToLowerInvariant(c));
    }

    internal static string Fold(string text)
    {
        StringBuilder folded = new(text.Length);
        foreach (char c in text)
            Append(folded, c);
        return folded.ToString();
    }

    static FrozenDictionary<char, string> Build()
    {
        Dictionary<char, string> map = new()
        {
            ['æ'] = "ae",
            ['œ'] = "oe",
            ['ß'] = "ss",
            ['þ'] = "th",
            ['‘'] = "'",
            ['’'] = "'",
        };
        for (int i = 0; i < Accented.Length; i++)
            map[Accented[i]] = Plain[i].ToString();
        return map.ToFrozenDictionary();
    }
}
