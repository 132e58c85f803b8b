using System.Diagnostics;
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
    const int Rest = 9_999_991; // a prime, so that numbers differ in their last seven digits

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
        if (size.Wants("exact_number_rank", "indexed_texts_per_second", "p95_ms"))
            await foreach (Figure figure in NumbersAsync(database, size))
                yield return figure;
    }

    /// <summary>Searches the 10,003 texts of BANKING77 for others of the same intent.</summary>
    async IAsyncEnumerable<Figure> IntentsAsync(TestDatabase database, ScorecardSize size)
    {
        List<IntentText> texts = IntentCorpus.ReadTexts();
        List<IntentText> searches = [.. IntentCorpus.ReadSearches().Where((_, i) => i % (size.Quick ? 31 : 2) == 0)];
        TestOrg org = await SearchData.StoreAsync(database, "intents", texts.Select(t => t.Text));
        await SearchData.IndexAsync(database, org);
        await SearchData.ExecuteAsync(database, "vacuum analyze");
        PostgresTextPeer peer = await PostgresTextPeer.CreateAsync(database, [.. texts.Select(t => t.Text)]);

        await using OrgSession session = await org.OpenSessionAsync(OrgRole.Analyst);
        (double ours, double first) = await JudgeAsync(searches, async text =>
            [.. (await FindAsync(session, text)).Select(place => texts[place].Intent)]
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

    /// <summary>Looks for single numbers among many texts that all have one.</summary>
    async IAsyncEnumerable<Figure> NumbersAsync(TestDatabase database, ScorecardSize size)
    {
        int count = size.Quick ? 10_000 : 100_000;
        TestOrg org = await SearchData.StoreAsync(
            database,
            "numbers",
            Enumerable.Range(0, count).Select(i => $"{Sentence(i)} Reference {NumberOf(i)}, please call back.")
        );
        long started = Stopwatch.GetTimestamp();
        await SearchData.IndexAsync(database, org);
        double perSecond = count / Stopwatch.GetElapsedTime(started).TotalSeconds;
        await SearchData.ExecuteAsync(database, "vacuum analyze");

        await using OrgSession session = await org.OpenSessionAsync(OrgRole.Analyst);
        int worst = 0;
        List<double> exact = [],
            words = [];
        for (int n = 0; n < 50; n++)
        {
            int wanted = (int)(n * 7919L % count);
            string number = NumberOf(wanted);
            string text = n % 2 == 0 ? number : $"the parcel with {number[..4]} {number[4..]}";
            started = Stopwatch.GetTimestamp();
            int place = (await FindAsync(session, text)).IndexOf(wanted);
            exact.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            worst = Math.Max(worst, place < 0 ? int.MaxValue : place + 1);
            started = Stopwatch.GetTimestamp();
            await FindAsync(session, Sentence(n * 31));
            words.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        }
        yield return Figure.Create(
            Name,
            "exact_number_rank",
            [worst],
            "count",
            1,
            false,
            Text($"the worst of 50 numbers among {count} texts that all contain one")
        );
        yield return Figure.Create(
            Name,
            "p95_ms_number",
            [Percentile(exact)],
            "ms",
            null,
            false,
            Text($"{count} texts, one round trip without snippets, from the client")
        );
        yield return Figure.Create(
            Name,
            "p95_ms_words",
            [Percentile(words)],
            "ms",
            null,
            false,
            Text($"{count} texts of few different words, so that each word is in a large part of them")
        );
        yield return Figure.Create(
            Name,
            "indexed_texts_per_second",
            [perSecond],
            "count",
            null,
            true,
            Text($"{count} texts, one worker: read, decrypted, analyzed, hashed and stored")
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

    static async Task<List<int>> FindAsync(OrgSession session, string text)
    {
        SearchAnswer answer = await session.Search.FindAsync(SearchQuery.For(text).Take(10).WithoutSnippets());
        return [.. answer.Hits.Select(hit => int.Parse(hit.Event.ExternalId!, CultureInfo.InvariantCulture))];
    }

    static string NumberOf(int i) => Text($"{20_000_000 + (i * 6_700_417L % Rest)}");

    static string Sentence(int i) =>
        (i % 5) switch
        {
            0 => $"The delivery of order {i % 97} is late again and nobody answers the telephone in Aarhus.",
            1 => $"Can you send the invoice for March to the new address, floor {i % 9}?",
            2 => $"My card was charged twice for the subscription, {i % 53} euros each time.",
            3 => $"We would like to move the appointment on Thursday to {i % 12} o'clock.",
            _ => $"The technician did not come, I waited the whole morning for parcel {i % 31}.",
        };

    static double Percentile(List<double> values)
    {
        values.Sort();
        return values[(int)Math.Ceiling(values.Count * 0.95) - 1];
    }

    static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
