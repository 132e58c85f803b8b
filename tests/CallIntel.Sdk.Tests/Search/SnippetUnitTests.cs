using CallIntel.Sdk.Search;

namespace CallIntel.Sdk.Tests.Search;

public sealed class SnippetUnitTests
{
    static readonly TextAnalyzer Analyzer = new(SearchLanguage.English);

    [Fact]
    public void The_passage_with_most_of_the_words_is_shown()
    {
        string filler = string.Concat(Enumerable.Repeat("this and that ", 40));
        SearchSnippet snippet = Make("refund invoice", $"refund {filler}the invoices of a refund {filler}invoice");
        Assert.Equal(["invoices", "refund"], Highlighted(snippet));
        Assert.InRange(snippet.Text.Length, 1, SnippetMaker.MaxLength);
        Assert.False(snippet.IsStart);
        Assert.False(snippet.IsEnd);
    }

    [Fact]
    public void A_short_text_is_shown_as_a_whole()
    {
        SearchSnippet snippet = Make("call 32123456", "Call 32 12 34 56!");
        Assert.Equal(("Call 32 12 34 56!", true, true), (snippet.Text, snippet.IsStart, snippet.IsEnd));
        Assert.Equal(["Call", "32 12 34 56"], Highlighted(snippet));
    }

    [Fact]
    public void A_text_without_the_words_is_shown_from_its_start()
    {
        SearchSnippet snippet = Make("absent", string.Concat(Enumerable.Repeat("some words ", 100)));
        Assert.True(snippet.IsStart);
        Assert.Empty(snippet.Highlights);
        Assert.Matches(" (some|words)$", snippet.Text);
    }

    [Fact]
    public void Highlights_are_inside_the_passage_and_do_not_overlap_whatever_the_text_is()
    {
        Random random = new(20);
        string[] parts =
        [
            "a",
            "refund",
            " ",
            "\n",
            "32 12 34 56",
            "INV-7",
            "東京",
            "😀",
            "\uD800",
            "\"",
            "refunds",
            "é",
        ];
        for (int n = 0; n < 500; n++)
        {
            string text = string.Concat(Enumerable.Range(0, random.Next(1, 200)).Select(_ => Any()));
            string wanted = string.Concat(Enumerable.Range(0, random.Next(1, 8)).Select(_ => Any()));
            SearchSnippet snippet = Make(wanted, text);
            int end = 0;
            foreach (TextSpan span in snippet.Highlights)
            {
                Assert.True(span.Start >= end && span.Length > 0);
                end = span.Start + span.Length;
            }
            Assert.InRange(end, 0, snippet.Text.Length);
        }

        string Any() => parts[random.Next(parts.Length)];
    }

    static SearchSnippet Make(string wanted, string text) =>
        new SnippetMaker(Analyzer, ParsedSearch.Parse(wanted, Analyzer)).Make(SearchField.Body, text).Snippet;

    static IEnumerable<string> Highlighted(SearchSnippet snippet) =>
        snippet.Highlights.Select(h => snippet.Text.Substring(h.Start, h.Length));
}
