using System.Globalization;
using System.Text;

namespace CallIntel.Sdk.Embeddings.Onnx;

/// <summary>
/// Prepares text as an uncased BERT model expects it: lower case, without accents. It does not depend on the culture or
/// on ICU, so a vector is the same on every host.
/// </summary>
static partial class TextFolding
{
    /// <summary>Longer words are unknown to the vocabulary anyway.</summary>
    const int LongestText = 100_000;

    static readonly Dictionary<char, char> BaseOf = Composed.Zip(Bases).ToDictionary(p => p.First, p => p.Second);

    /// <summary>
    /// Folds a text. A space after each opening bracket keeps a text that contains "[SEP]" or "[MASK]" from becoming a
    /// special token; it changes nothing else, because brackets are tokens of their own.
    /// </summary>
    internal static string Fold(string text)
    {
        if (text.Length > LongestText)
            text = text[..(char.IsHighSurrogate(text[LongestText - 1]) ? LongestText - 1 : LongestText)];
        StringBuilder folded = new(text.Length + 8);
        foreach (char c in text)
        {
            if (c is >= '\uac00' and <= '\ud7a3')
            {
                AppendHangul(folded, c - '\uac00');
                continue;
            }
            char simple = BaseOf.GetValueOrDefault(c, c);
            if (simple > 127 && CharUnicodeInfo.GetUnicodeCategory(simple) is UnicodeCategory.NonSpacingMark)
                continue;
            folded.Append(char.ToLowerInvariant(simple));
            if (simple == '[')
                folded.Append(' ');
        }
        return folded.ToString();
    }

    /// <summary>A syllable is decomposed into its letters, as canonical decomposition does.</summary>
    static void AppendHangul(StringBuilder folded, int index)
    {
        folded.Append((char)('\u1100' + index / 588)).Append((char)('\u1161' + index % 588 / 28));
        if (index % 28 is > 0 and int last)
            folded.Append((char)('\u11a7' + last));
    }
}
