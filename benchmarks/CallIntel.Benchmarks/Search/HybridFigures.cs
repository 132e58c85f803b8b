using System.Globalization;
using CallIntel.Benchmarks.Scorecard;
using CallIntel.Sdk;
using CallIntel.Sdk.Embeddings.Onnx;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Search;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;

namespace CallIntel.Benchmarks.Search;

/// <summary>
/// How well words and meaning together find texts of the same intent (BANKING77), through the product: stored,
/// encrypted, indexed, embedded by MiniLM and searched. Beside it the two parts alone, full-text search of PostgreSQL,
/// and reciprocal rank fusion (RRF) with equal weights of the same two parts.
/// </summary>
static class HybridFigures
{
    internal static readonly string[] Names =
    [
        "ndcg_hybrid",
        "hybrid_vs_best_leg",
        "hybrid_vs_postgres",
        "hybrid_vs_equal_rrf",
    ];

    const int RankConstant = 60; // of the paper on RRF

    static readonly double[] Weights = [0.5, 0.6, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95];

    internal static async IAsyncEnumerable<Figure> RunAsync(string suite, MigratedTemplate template, ScorecardSize size)
    {
        List<IntentText> texts = [.. IntentCorpus.ReadTexts().Where((_, i) => i % size.Every(1, 5) == 0)];
        List<IntentText> searches = [.. IntentCorpus.ReadSearches().Where((_, i) => i % size.Every(2, 31) == 0)];
        await using TestDatabase database = await template.CloneAsync();
        using OnnxEmbeddingGenerator generator = MiniLm.CreateGenerator();
        await using CallIntelDataSource source = MiniLm.CreateDataSource(database, generator);
        TestOrg org = await SearchData.StoreAsync(database, "intents", texts.Select(t => t.Text));
        await SearchData.IndexAsync(database, org);
        await MiniLm.EmbedAsync(source, org, texts.Count);
        await SearchData.ExecuteAsync(database, "vacuum analyze");
        PostgresTextPeer peer = await PostgresTextPeer.CreateAsync(database, [.. texts.Select(t => t.Text)]);

        await using OrgSession session = await source.OpenSessionAsync(org.As(OrgRole.Analyst));
        Dictionary<Guid, string> intents = [];
        await foreach (ConversationEvent e in session.Events.ReadAsync(EventFilter.All))
            intents[e.Id] = texts[int.Parse(e.ExternalId!, CultureInfo.InvariantCulture)].Intent;
        Mean hybrid = new(),
            words = new(),
            meaning = new(),
            ranks = new();
        Mean[] weighted = [.. Weights.Select(_ => new Mean())];
        Mean[] postgres = [.. PostgresTextPeer.Ranks.Select(_ => new Mean())];
        foreach (IntentText search in searches)
        {
            SearchQuery query = SearchQuery.For(search.Text).Take(10).WithoutSnippets();
            SearchAnswer answer = await session.Search.FindAsync(query);
            if (answer.Meaning is not SearchMeaning.Used)
                throw new InvalidOperationException($"The search did not use the model: {answer.Meaning}.");
            hybrid.Add(search, answer.Hits.Select(hit => intents[hit.Event.Id]));
            List<(Guid Event, double Score)> byWords =
            [
                .. (await session.Search.FindTextsAsync(query, default)).Hits.Select(hit => (hit.Event, hit.Score)),
            ];
            VectorAnswer nearest = await session.Vectors.FindAsync(
                search.Text,
                default(VectorFilter),
                LaneFusion.Neighbors,
                default
            );
            List<(Guid Event, double Score)> byMeaning =
            [
                .. nearest.Matches.Select(match => (match.Event, 1.0 - match.Distance)),
            ];
            words.Add(search, Best(byWords, intents));
            meaning.Add(search, Best(byMeaning, intents));
            ranks.Add(search, Best(Ranks(byWords, byMeaning), intents));
            for (int i = 0; i < Weights.Length; i++)
                weighted[i].Add(search, Best(Pairs(LaneFusion.Fuse(byWords, byMeaning, Weights[i])), intents));
            for (int i = 0; i < postgres.Length; i++)
                postgres[i]
                    .Add(
                        search,
                        (await peer.FindAsync(PostgresTextPeer.Ranks[i], search.Text)).Select(place =>
                            texts[place].Intent
                        )
                    );
        }
        double leg = Math.Max(words.Value, meaning.Value),
            full = postgres.Max(p => p.Value);
        yield return Figure.Create(
            suite,
            "ndcg_hybrid",
            [hybrid.Value],
            "ratio",
            0.85,
            true,
            Text($"BANKING77, {texts.Count} texts, {searches.Count} searches, nDCG@10; P@1 {hybrid.First:0.000}; ")
                + "by the weight of meaning: "
                + string.Join(", ", Weights.Select((w, i) => Text($"{w:0.00} {weighted[i].Value:0.0000}")))
        );
        yield return Ratio(
            "hybrid_vs_best_leg",
            leg,
            1,
            Text($"words alone {words.Value:0.000}, meaning alone {meaning.Value:0.000}")
        );
        yield return Ratio(
            "hybrid_vs_postgres",
            full,
            1.25,
            "full-text search of PostgreSQL over plain text with the best of its ranks: "
                + string.Join(", ", PostgresTextPeer.Ranks.Select((r, i) => Text($"{r} {postgres[i].Value:0.000}")))
        );
        yield return Ratio(
            "hybrid_vs_equal_rrf",
            ranks.Value,
            1,
            Text($"reciprocal rank fusion of words and meaning, equal weights, k = {RankConstant}: {ranks.Value:0.000}")
        );

        Figure Ratio(string name, double other, double target, string note) =>
            Figure.Create(suite, name, [hybrid.Value / other], "ratio", target, true, $"nDCG@10 against: {note}");
    }

    static IEnumerable<(Guid Event, double Score)> Pairs(Dictionary<Guid, double> scores) =>
        scores.Select(s => (s.Key, s.Value));

    static IEnumerable<(Guid Event, double Score)> Ranks(params IReadOnlyList<(Guid Event, double Score)>[] lists)
    {
        Dictionary<Guid, double> scores = [];
        foreach (IReadOnlyList<(Guid Event, double Score)> list in lists)
        {
            int rank = 0;
            foreach ((Guid id, _) in list.OrderByDescending(hit => hit.Score).ThenByDescending(hit => hit.Event))
                scores[id] = scores.GetValueOrDefault(id) + 1.0 / (RankConstant + ++rank);
        }
        return Pairs(scores);
    }

    static IEnumerable<string> Best(IEnumerable<(Guid Event, double Score)> scores, Dictionary<Guid, string> intents) =>
        scores
            .OrderByDescending(hit => hit.Score)
            .ThenByDescending(hit => hit.Event)
            .Take(10)
            .Select(hit => intents[hit.Event]);

    static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    /// <summary>The mean of nDCG@10 and of P@1 over searches.</summary>
    sealed class Mean
    {
        int _count;
        double _ndcg,
            _first;

        internal double Value => _ndcg / _count;

        internal double First => _first / _count;

        internal void Add(IntentText search, IEnumerable<string> found)
        {
            (double ndcg, double first) = IntentCorpus.Judge(search.Intent, [.. found]);
            (_count, _ndcg, _first) = (_count + 1, _ndcg + ndcg, _first + first);
        }
    }
}
