using Lucene.Net.Tartarus.Snowball;
using Lucene.Net.Tartarus.Snowball.Ext;

namespace CallIntel.Sdk.Search;

/// <summary>Reduces words to their stems by the Snowball algorithm of a language.</summary>
/// <remarks>Not thread-safe: a stemmer of Snowball holds the word that it works on.</remarks>
sealed class WordStemmer(SearchLanguage language)
{
    const int MaxKnown = 20_000;
    readonly SnowballProgram? _program = Create(language);
    readonly Dictionary<string, string> _known = new(StringComparer.Ordinal);

    internal string Stem(string word)
    {
        if (_program is null)
            return AccentFolding.Fold(word);
        if (_known.TryGetValue(word, out string? known))
            return known;
        _program.SetCurrent(word);
        // Stemming needs the accents; texts are found without them.
        string stem = _program.Stem() ? _program.Current : word;
        stem = AccentFolding.Fold(stem);
        if (stem.Length == 0)
            stem = word;
        // Bounded, because texts decide what words there are.
        if (_known.Count >= MaxKnown)
            _known.Clear();
        _known.Add(word, stem);
        return stem;
    }

    static SnowballProgram? Create(SearchLanguage language) =>
        language switch
        {
            SearchLanguage.English => new EnglishStemmer(),
            SearchLanguage.Danish => new DanishStemmer(),
            SearchLanguage.Dutch => new DutchStemmer(),
            SearchLanguage.French => new FrenchStemmer(),
            SearchLanguage.German => new German2Stemmer(),
            SearchLanguage.Italian => new ItalianStemmer(),
            SearchLanguage.Norwegian => new NorwegianStemmer(),
            SearchLanguage.Portuguese => new PortugueseStemmer(),
            SearchLanguage.Spanish => new SpanishStemmer(),
            SearchLanguage.Swedish => new SwedishStemmer(),
            _ => null,
        };
}
