using System.Collections.Frozen;

namespace CallIntel.Sdk.Questions.Planning;

/// <summary>The phrases that the planner knows, by their folded words.</summary>
static partial class Lexicon
{
    /// <summary>The number of words of the longest phrase.</summary>
    static readonly int LongestPhrase;

    static readonly FrozenDictionary<string, Sense> Phrases;

    /// <summary>The words of all phrases with at least four letters, for the correction of typing errors.</summary>
    static readonly FrozenSet<string> Words;

    static Lexicon()
    {
        Dictionary<string, Sense> phrases = [];
        foreach ((Sense sense, string text) in Things.Concat(Happenings).Concat(Unsupported).Concat(Structure))
        foreach (
            string pattern in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
        )
        foreach (string phrase in Expand(pattern))
            phrases.TryAdd(phrase, sense);
        Phrases = phrases.ToFrozenDictionary();
        LongestPhrase = phrases.Keys.Max(phrase => phrase.Count(c => c is ' ') + 1);
        Words = phrases
            .Keys.SelectMany(phrase => phrase.Split(' '))
            .Concat(TimeWords.All)
            .Where(word => word.Length > 3)
            .ToFrozenSet();
    }

    /// <summary>Returns the longest phrase that starts at a token.</summary>
    internal static (Sense Sense, int Count)? Find(List<Token> tokens, int index)
    {
        string? phrase = null;
        (Sense, int)? found = null;
        for (int i = index; i < tokens.Count && i < index + LongestPhrase; i++)
        {
            if (tokens[i].Kind is not (TokenKind.Word or TokenKind.Number) && !tokens[i].IsAny("%", "&"))
                break;
            phrase = phrase is null ? tokens[i].Text : $"{phrase} {tokens[i].Text}";
            if (Phrases.TryGetValue(phrase, out Sense sense))
                found = (sense, i - index + 1);
        }
        return found;
    }

    internal static bool Knows(string word) => Words.Contains(word);

    /// <summary>
    /// Returns the known word that a word with a typing error stands for; null if none or several do.
    /// </summary>
    internal static string? Correct(string word)
    {
        if (Ordinary.Contains(word))
            return null;
        if (word.Length == 3)
            return MissingLetter(word);
        int tolerance = EditDistance.Tolerance(word.Length);
        string? best = null;
        for (int limit = 1; limit <= tolerance && best is null; limit++)
            foreach (string known in Words)
            {
                if (EditDistance.Compute(word, known, limit) > limit || (limit > 1 && !IsAlike(word, known)))
                    continue;
                if (word.Length < 6 && !IsSlip(word, known))
                    continue;
                // "callls" may be "calls" or "call": the words of one phrase family share their beginning.
                if (best is null || IsCloser(word, known, best))
                    best = known;
                else if (!SharesStem(known, best) && !IsCloser(word, best, known))
                    return null;
            }
        return best;
    }

    /// <summary>"wek" is "week": a short word lacks one letter inside. Words that add nothing are left alone.</summary>
    static string? MissingLetter(string word)
    {
        string[] known =
        [
            .. Words.Where(w =>
                w.Length == 4
                && w[0] == word[0]
                && w[^1] == word[^1]
                && EditDistance.Compute(word, w, 1) == 1
                && (TimeWords.Units.ContainsKey(w) || Phrases.GetValueOrDefault(w, Sense.Filler) is not Sense.Filler)
            ),
        ];
        return known is [var only] ? only : null;
    }

    /// <summary>Two errors are only corrected in a word that begins in the same way and is about as long.</summary>
    static bool IsAlike(string word, string known) => word[0] == known[0] && Math.Abs(word.Length - known.Length) <= 1;

    static bool SharesStem(string a, string b) => a.AsSpan().CommonPrefixLength(b) >= Math.Min(a.Length, b.Length) - 2;

    /// <summary>
    /// A short word is only corrected if letters were exchanged, a letter behind the first is missing or one too many,
    /// or a vowel is wrong: one with another consonant is mostly another word.
    /// </summary>
    static bool IsSlip(string word, string known) =>
        IsSwapped(word, known)
        || (word[0] == known[0] && (word.Length != known.Length || Consonants(word) == Consonants(known)));

    static string Consonants(string word) => string.Concat(word.Where(c => !"aeiouy".Contains(c)));

    static bool IsSwapped(string word, string known) => word.Order().SequenceEqual(known.Order());

    /// <summary>Of two words at the same distance, the one with the same first letter and length is meant.</summary>
    static bool IsCloser(string word, string a, string b) => Closeness(word, a) > Closeness(word, b);

    static int Closeness(string word, string known) =>
        (word[0] == known[0] ? 4 : 0)
        + (IsSwapped(word, known) ? 4 : 0)
        + (word.Length == known.Length ? 1 : 0)
        + (word[^1] == known[^1] ? 1 : 0);

    /// <summary>Expands "(phone )call(s|ed)" to the phrases with and without each part in brackets.</summary>
    static IEnumerable<string> Expand(string pattern)
    {
        int open = pattern.IndexOf('(', StringComparison.Ordinal);
        if (open < 0)
            return [pattern.Trim()];
        int close = pattern.IndexOf(')', open);
        string before = pattern[..open],
            after = pattern[(close + 1)..];
        return pattern[(open + 1)..close]
            .Split('|')
            .Append(pattern[open + 1] is '=' ? null : "")
            .OfType<string>()
            .SelectMany(part => Expand(before + part.TrimStart('=') + after));
    }
}
