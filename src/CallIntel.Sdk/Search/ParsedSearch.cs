using System.Text;

namespace CallIntel.Sdk.Search;

/// <summary>What a search text asks for: terms to rank by, and what an exact match has to contain.</summary>
sealed class ParsedSearch
{
    const int MaxTerms = 64,
        MaxExact = 8;

    readonly List<string> _terms = [];
    readonly HashSet<string> _known = new(StringComparer.Ordinal);
    readonly List<Func<Func<string, string>, string>> _exact = [];

    ParsedSearch() { }

    /// <summary>The terms, each once, in the order of the text.</summary>
    internal IReadOnlyList<string> Terms => _terms;

    /// <summary>Whether the text contains a number, an id or a quoted phrase.</summary>
    internal bool HasExact => _exact.Count > 0;

    /// <summary>The text without its quotation marks.</summary>
    internal string Plain { get; private set; } = "";

    /// <summary>Whether a term of a content is one that was searched for.</summary>
    internal bool Contains(string term) => _known.Contains(term);

    internal static ParsedSearch Parse(string text, TextAnalyzer analyzer)
    {
        ParsedSearch search = new();
        StringBuilder plain = new(text.Length);
        int i = 0;
        while (i < text.Length)
        {
            int open = i;
            while (open < text.Length && ClosingOf(text[open]) is null)
                open++;
            int close = open < text.Length ? FindClosing(text, open) : -1;
            if (close < 0)
            {
                // The last quotation mark has no partner, so it means nothing.
                search.AddText(text[i..].Replace('"', ' '), analyzer);
                plain.Append(text.AsSpan(i));
                break;
            }
            search.AddText(text[i..open], analyzer);
            search.AddPhrase(text[(open + 1)..close], analyzer);
            plain.Append(text.AsSpan(i, open - i)).Append(' ').Append(text.AsSpan(open + 1, close - open - 1));
            plain.Append(' ');
            i = close + 1;
        }
        search.Plain = plain.ToString().Trim();
        return search;
    }

    /// <summary>
    /// Writes what an exact match contains as a <c>tsquery</c>: all numbers, ids and phrases. Null if there are none.
    /// </summary>
    /// <param name="alternatives">Writes the lexemes of a term, one for each version of the key.</param>
    internal string? ExactQuery(Func<string, string> alternatives) =>
        HasExact ? string.Join(" & ", _exact.Select(write => $"({write(alternatives)})")) : null;

    void AddText(string text, TextAnalyzer analyzer)
    {
        string? number = null;
        foreach (TextToken token in analyzer.Analyze(text).Tokens)
        {
            Add(token.Term);
            switch (token.Kind)
            {
                case TokenKind.Number:
                    number = token.Term;
                    break;
                case TokenKind.NumberTail when number is { } whole:
                    // A text may have the number with or without the prefix of its country.
                    Require(alternatives => $"{alternatives(whole)}|{alternatives(token.Term)}");
                    break;
                case TokenKind.Code or TokenKind.Id:
                    Require(alternatives => alternatives(token.Term));
                    break;
            }
        }
    }

    void AddPhrase(string text, TextAnalyzer analyzer)
    {
        List<TextToken> words = [];
        foreach (TextToken token in analyzer.Analyze(text).Tokens)
        {
            Add(token.Term);
            if (token.Kind is TokenKind.Word or TokenKind.Code)
                words.Add(token);
        }
        words.RemoveAll(token => !_known.Contains(token.Term));
        if (words.Count == 0)
            return;
        Require(alternatives =>
        {
            StringBuilder phrase = new();
            for (int i = 0; i < words.Count; i++)
            {
                if (i > 0)
                    phrase.Append('<').Append(words[i].Position - words[i - 1].Position).Append('>');
                phrase.Append(alternatives(words[i].Term));
            }
            return phrase.ToString();
        });
    }

    void Add(string term)
    {
        if (_terms.Count < MaxTerms && _known.Add(term))
            _terms.Add(term);
    }

    void Require(Func<Func<string, string>, string> write)
    {
        if (_exact.Count < MaxExact)
            _exact.Add(write);
    }

    static int FindClosing(string text, int open)
    {
        string closing = ClosingOf(text[open])!;
        for (int i = open + 1; i < text.Length; i++)
            if (closing.Contains(text[i], StringComparison.Ordinal))
                return i;
        return -1;
    }

    /// <summary>The marks that end a phrase which another mark has begun; null for other characters.</summary>
    static string? ClosingOf(char c) =>
        c switch
        {
            '"' => "\"",
            '\u201C' or '\u201D' => "\u201D\u201C\"",
            '\u201E' => "\u201C\u201D\"",
            '\u00AB' => "\u00BB",
            '\u00BB' => "\u00AB",
            '\u300C' => "\u300D",
            _ => null,
        };
}
