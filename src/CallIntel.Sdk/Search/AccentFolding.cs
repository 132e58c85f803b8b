using System.Collections.Frozen;
using System.Text;

namespace CallIntel.Sdk.Search;

/// <summary>
/// Removes accents from lower-case letters. The table is our own, because .NET does not decompose characters where
/// <c>InvariantGlobalization</c> is on, so the same text would have different words in two processes.
/// </summary>
static class AccentFolding
{
    static readonly (string Base, string Accented)[] Table =
    [
        ("a", "àáâãäåāăąǎǟǡǻȁȃȧḁạảấầẩẫậắằẳẵặ"),
        ("ae", "æ"),
        ("b", "ḃḅḇ"),
        ("c", "çćĉċčḉ"),
        ("d", "ðďđḋḍḏḑḓ"),
        ("e", "èéêëēĕėęěȅȇȩḕḗḙḛḝẹẻẽếềểễệ"),
        ("f", "ḟ"),
        ("g", "ĝğġģǧǵḡ"),
        ("h", "ĥħȟḣḥḧḩḫẖ"),
        ("i", "ìíîïĩīĭįıǐȉȋḭḯỉị"),
        ("ij", "ĳ"),
        ("j", "ĵǰ"),
        ("k", "ķĸǩḱḳḵ"),
        ("l", "ĺļľłḷḹḻḽ"),
        ("m", "ḿṁṃ"),
        ("n", "ñńņňŉŋǹṅṇṉṋ"),
        ("o", "òóôõöøōŏőơǒǫǭȍȏȫȭȯȱṍṏṑṓọỏốồổỗộớờởỡợ"),
        ("oe", "œ"),
        ("p", "ṕṗ"),
        ("r", "ŕŗřȑȓṙṛṝṟ"),
        ("s", "śŝşšſșṡṣṥṧṩ"),
        ("ss", "ß"),
        ("t", "ţťŧțṫṭṯṱẗ"),
        ("th", "þ"),
        ("u", "ùúûüũūŭůűųưǔǖǘǚǜȕȗṳṵṷṹṻụủứừửữự"),
        ("v", "ṽṿ"),
        ("w", "ŵẁẃẅẇẉẘ"),
        ("x", "ẋẍ"),
        ("y", "ýÿŷȳẏẙỳỵỷỹ"),
        ("z", "źżžẑẓẕ"),
        ("æ", "ǣǽ"),
        ("ø", "ǿ"),
        ("ſ", "ẛ"),
        ("ʒ", "ǯ"),
        ("α", "ά"),
        ("ε", "έ"),
        ("η", "ή"),
        ("ι", "ΐίϊ"),
        ("ο", "ό"),
        ("υ", "ΰϋύ"),
        ("ω", "ώ"),
    ];

    static readonly FrozenDictionary<char, string> Folded = Table
        .SelectMany(entry => entry.Accented.Select(accented => (accented, entry.Base)))
        .ToFrozenDictionary(pair => pair.accented, pair => pair.Base);

    /// <summary>Whether a character is an accent of its own, which follows its letter.</summary>
    internal static bool IsAccent(char c) => c is >= '\u0300' and <= '\u036F';

    internal static string Fold(string word)
    {
        int first = 0;
        while (first < word.Length && (word[first] < 0x80 || !IsFolded(word[first])))
            first++;
        if (first == word.Length)
            return word;
        StringBuilder folded = new(word, 0, first, word.Length + 4);
        foreach (char c in word.AsSpan(first))
            if (Folded.TryGetValue(c, out string? plain))
                folded.Append(plain);
            else if (!IsAccent(c))
                folded.Append(c);
        return folded.ToString();
    }

    static bool IsFolded(char c) => IsAccent(c) || Folded.ContainsKey(c);
}
