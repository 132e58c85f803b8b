using CallIntel.Sdk.Search;

namespace CallIntel.Sdk.Tests.Search;

public sealed class TextAnalyzerUnitTests
{
    [Theory]
    [InlineData("Waiting waited waits", "wait wait wait")]
    [InlineData("The cards that haven't arrived", "card havent arriv")]
    [InlineData("customer’s phone", "custom phone")]
    [InlineData("CAFÉ cafe\u0301 café", "cafe cafe cafe")]
    [InlineData("Straße STRASSE", "strass strass")]
    [InlineData("ＦＵＬＬ　ｗｉｄｔｈ　１２", "full width 12")]
    [InlineData("٣٤ ३४", "34 34")]
    [InlineData("", "")]
    [InlineData("!?… — \u0000\u0007", "")]
    public void Words_are_reduced_to_stems_without_case_and_accents(string text, string expected) =>
        Assert.Equal(expected, Terms(text));

    [Theory]
    [InlineData("order INV-2024/77 today", "order =inv202477 inv 2024 77 today")]
    [InlineData("anna.b@example.com", "=annabexamplecom anna b exampl com")]
    [InlineData("call +45 32 12 34 56", "call #4532123456 ~2123456 45 32 12 34 56")]
    [InlineData("32123456", "#32123456 ~2123456 32123456")]
    [InlineData("(555) 123-4567", "#5551234567 ~1234567 555 =1234567 123 4567")]
    [InlineData("a-b and state-of-the-art", "b state art")]
    [InlineData("12 345", "12 345")]
    [InlineData("12345678901234567890", "12345678901234567890")]
    public void Numbers_and_ids_are_terms_as_a_whole(string text, string expected) =>
        Assert.Equal(expected, Terms(text));

    [Theory]
    [InlineData("東京タワー", "東京 京タ タワ ワー")]
    [InlineData("東", "東")]
    [InlineData("go 東京 today", "go 東京 today")]
    [InlineData("𠀋𠂢x", "𠀋𠂢 x")]
    public void Scripts_without_spaces_are_split_into_pairs(string text, string expected) =>
        Assert.Equal(expected, Terms(text));

    [Fact]
    public void Terms_know_where_they_stand()
    {
        (List<TextToken> tokens, int words) = new TextAnalyzer(SearchLanguage.English).Analyze(
            "the “new” houses, 東京"
        );
        Assert.Equal(
            [("new", 2, 5, 3), ("hous", 3, 10, 6), ("東京", 4, 18, 2)],
            tokens.Select(t => (t.Term, t.Position, t.Start, t.Length))
        );
        Assert.Equal(4, words);
    }

    [Theory]
    [InlineData(SearchLanguage.German, "Häuser und Gärten", "haus gart")]
    [InlineData(SearchLanguage.French, "les maisons et les chevaux", "maison cheval")]
    [InlineData(SearchLanguage.Danish, "bilerne og æblerne", "bil aebl")]
    [InlineData(SearchLanguage.Spanish, "los niños corriendo", "nin corr")]
    [InlineData(SearchLanguage.None, "the running Öl", "the running ol")]
    public void Each_language_has_its_stems_and_stop_words(SearchLanguage language, string text, string expected) =>
        Assert.Equal(expected, Terms(text, language));

    [Fact]
    public void Every_language_has_an_analyzer_and_every_text_a_result()
    {
        string odd = new([.. Enumerable.Range(0, 0xFFFF).Select(i => (char)i)]);
        foreach (SearchLanguage language in Enum.GetValues<SearchLanguage>())
        {
            (List<TextToken> tokens, int words) = new TextAnalyzer(language).Analyze(odd);
            Assert.NotEmpty(tokens);
            Assert.All(tokens, t =>
            {
                Assert.InRange(t.Position, 1, words);
                Assert.InRange(t.Start + t.Length, 1, odd.Length);
                Assert.NotEqual("", t.Term);
            });
            Assert.Equal(tokens.Select(t => t.Position).Order(), tokens.Select(t => t.Position));
        }
    }

    [Fact]
    public void Long_texts_are_split_into_parts_in_which_neighbors_stay_together()
    {
        string text = string.Join(' ', Enumerable.Range(0, 1000).Select(i => $"w{i:000}x"));
        (List<TextToken> tokens, int words) = new TextAnalyzer(SearchLanguage.None).Analyze(text);
        List<IndexedChunk> chunks = [];
        IndexedText.Add(chunks, tokens, words, term => term);
        Assert.Equal(6, chunks.Count);
        Assert.All(chunks, c => Assert.InRange(c.Words, 1, IndexedText.Window));
        for (int i = 0; i + 1 < 1000; i++)
            Assert.Contains(chunks, c =>
                c.Vector.Contains($"'w{i:000}x':", StringComparison.Ordinal)
                && c.Vector.Contains($"'w{i + 1:000}x':", StringComparison.Ordinal)
            );
    }

    static string Terms(string text, SearchLanguage language = SearchLanguage.English) =>
        string.Join(' ', new TextAnalyzer(language).Analyze(text).Tokens.Select(t => t.Term));
}
