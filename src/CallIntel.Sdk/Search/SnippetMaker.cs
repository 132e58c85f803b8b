namespace CallIntel.Sdk.Search;

/// <summary>Cuts the passage out of a text that contains most of what was searched for.</summary>
/// <remarks>Not thread-safe.</remarks>
sealed class SnippetMaker(TextAnalyzer analyzer, ParsedSearch search)
{
    /// <summary>The length of a passage in characters, and how much of it precedes the first match.</summary>
    internal const int MaxLength = 240,
        Lead = 60;

    /// <returns>The passage with its matches, and how many different terms it contains.</returns>
    internal (SearchSnippet Snippet, int Matches) Make(SearchField field, string text)
    {
        List<TextToken> matches =
        [
            .. analyzer.Analyze(text).Tokens.Where(token => search.Contains(token.Term)).OrderBy(token => token.Start),
        ];
        (int first, int distinct) = FindBest(matches);
        int from = matches.Count == 0 ? 0 : WordStart(text, Math.Max(0, matches[first].Start - Lead));
        int to = WordEnd(text, Math.Min(text.Length, from + MaxLength));
        List<TextSpan> highlights = [];
        for (int i = first; i < matches.Count && matches[i].Start + matches[i].Length <= to; i++)
            Add(highlights, new TextSpan(matches[i].Start - from, matches[i].Length));
        return (
            new SearchSnippet(field, text[from..to])
            {
                Highlights = highlights,
                IsStart = from == 0,
                IsEnd = to == text.Length,
            },
            distinct
        );
    }

    /// <summary>Finds the match after which most different terms follow within the length of a passage.</summary>
    static (int First, int Distinct) FindBest(List<TextToken> matches)
    {
        (int best, int most) = (0, 0);
        Dictionary<string, int> inside = new(StringComparer.Ordinal);
        int end = 0;
        for (int start = 0; start < matches.Count; start++)
        {
            while (
                end < matches.Count
                && matches[end].Start + matches[end].Length - matches[start].Start <= MaxLength - Lead
            )
            {
                inside[matches[end].Term] = inside.GetValueOrDefault(matches[end].Term) + 1;
                end++;
            }
            if (inside.Count > most)
                (best, most) = (start, inside.Count);
            if (end <= start)
            {
                end = start + 1; // one match that is longer than a passage
                continue;
            }
            if (--inside[matches[start].Term] == 0)
                inside.Remove(matches[start].Term);
        }
        return (best, most);
    }

    /// <summary>Adds a match, united with the one before if they overlap.</summary>
    static void Add(List<TextSpan> highlights, TextSpan match)
    {
        if (highlights.Count > 0 && highlights[^1] is var last && match.Start < last.Start + last.Length)
            highlights[^1] = last with { Length = Math.Max(last.Length, match.Start + match.Length - last.Start) };
        else
            highlights.Add(match);
    }

    static int WordStart(string text, int at)
    {
        if (at == 0)
            return 0;
        int space = at;
        while (space < text.Length && space < at + Lead / 2 && !char.IsWhiteSpace(text[space]))
            space++;
        return space < text.Length && char.IsWhiteSpace(text[space]) ? space + 1 : Whole(text, at);
    }

    static int WordEnd(string text, int at)
    {
        if (at == text.Length)
            return at;
        int space = at;
        while (space > at - Lead / 2 && space > 0 && !char.IsWhiteSpace(text[space]))
            space--;
        return char.IsWhiteSpace(text[space]) ? space : Whole(text, at);
    }

    /// <summary>Does not cut a surrogate pair.</summary>
    static int Whole(string text, int at) => at < text.Length && char.IsLowSurrogate(text[at]) ? at - 1 : at;
}
