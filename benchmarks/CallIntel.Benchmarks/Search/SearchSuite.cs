using System.Globalization;
using CallIntel.Benchmarks.Scorecard;
using CallIntel.Sdk;
using CallIntel.Sdk.Search;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;

namespace CallIntel.Benchmarks.Search;

/// <summary>
/// How well and how fast contents are found, through the product: stored, encrypted, indexed and searched.
/// </summary>
sealed class SearchSuite : ISuite
{
    public string Name => "search";

    public async IAsyncEnumerable<Figure> RunAsync(PostgresServer server, ScorecardSize size)
    {
        await using MigratedTemplate template = await SearchData.CreateTemplateAsync(server);
        await using TestDatabase database = await template.CloneAsync();
        if (IntentCorpus.IsPresent && size.Wants("ndcg_text", "text_vs_postgres"))
            await foreach (Figure figure in IntentsAsync(database, size))
                yield return figure;
        if (IntentCorpus.IsPresent && size.Wants(HybridFigures.Names))
            await foreach (Figure figure in HybridFigures.RunAsync(Name, template, size))
                yield return figure;
        if (size.Wants(EmbeddingLaneFigures.Names))
            await foreach (Figure figure in EmbeddingLaneFigures.RunAsync(Name, template, size))
                yield return figure;
        if (size.Wants(NumberFigures.Names))
            await foreach (Figure figure in NumberFigures.RunAsync(Name, database, 10_000))
                yield return figure;
    }

    public async IAsyncEnumerable<Figure> RunLongAsync(PostgresServer server, ScorecardSize size)
    {
        const int Texts = 100_000;
        if (!size.Wants([.. NumberFigures.Names.Select(name => NumberFigures.NameOf(name, Texts))]))
            yield break;
        await using MigratedTemplate template = await SearchData.CreateTemplateAsync(server);
        await using TestDatabase database = await template.CloneAsync();
        await foreach (Figure figure in NumberFigures.RunAsync(Name, database, Texts))
            yield return figure;
    }

    /// <summary>Searches the 10,003 texts of BANKING77 for others of the same intent.</summary>
    async IAsyncEnumerable<Figure> IntentsAsync(TestDatabase database, ScorecardSize size)
    {
        List<IntentText> texts = IntentCorpus.ReadTexts();
        List<IntentText> searches = [.. IntentCorpus.ReadSearches().Where((_, i) => i % size.Every(2, 31) == 0)];
        TestOrg org = await SearchData.StoreAsync(database, "intents", texts.Select(t => t.Text));
        await SearchData.IndexAsync(database, org);
        await SearchData.ExecuteAsync(database, "vacuum analyze");
        PostgresTextPeer peer = await PostgresTextPeer.CreateAsync(database, [.. texts.Select(t => t.Text)]);

        await using OrgSession session = await org.OpenSessionAsync(OrgRole.Analyst);
        (double ours, double first) = await JudgeAsync(searches, async text =>
            [.. (await SearchData.FindAsync(session, text)).Select(place => texts[place].Intent)]
        );
        List<(string Rank, double Ndcg)> theirs = [];
        foreach (string rank in PostgresTextPeer.Ranks)
            theirs.Add(
                (
                    rank,
                    (
                        await JudgeAsync(searches, async text =>
                            [.. (await peer.FindAsync(rank, text)).Select(place => texts[place].Intent)]
                        )
                    ).Ndcg
                )
            );
        double best = theirs.Max(t => t.Ndcg);
        yield return Figure.Create(
            Name,
            "ndcg_text",
            [ours],
            "ratio",
            null,
            true,
            Text($"BANKING77, {texts.Count} texts, {searches.Count} searches, nDCG@10; P@1 {first:0.000}")
        );
        yield return Figure.Create(
            Name,
            "text_vs_postgres",
            [ours / best],
            "ratio",
            1,
            true,
            "nDCG@10 against full-text search of PostgreSQL over plain text with the best of its ranks: "
                + string.Join(", ", theirs.Select(t => Text($"{t.Rank} {t.Ndcg:0.000}")))
        );
    }

    static async Task<(double Ndcg, double First)> JudgeAsync(
        List<IntentText> searches,
        Func<string, Task<List<string>>> find
    )
    {
        double ndcg = 0,
            first = 0;
        foreach (IntentText search in searches)
        {
            (double n, double f) = IntentCorpus.Judge(search.Intent, await find(search.Text));
            ndcg += n;
            first += f;
        }
        return (ndcg / searches.Count, first / searches.Count);
    }

    static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
