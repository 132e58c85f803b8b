using System.Diagnostics;
using System.Globalization;
using CallIntel.Benchmarks.Ingestion;
using CallIntel.Benchmarks.Scorecard;
using CallIntel.Sdk;
using CallIntel.Sdk.Embeddings.Onnx;
using CallIntel.Sdk.Search;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;

namespace CallIntel.Benchmarks.Search;

/// <summary>
/// What it costs to embed the texts of an org through the product, beside the model alone, and how long searches take
/// while a worker of the same process embeds.
/// </summary>
static class EmbeddingLaneFigures
{
    const string Lane = "embedding_lane_vs_onnx",
        WorkerAlone = "embedding_worker_vs_onnx",
        SearchTime = "p95_ms_while_embedding";

    internal static readonly string[] Names = [Lane, WorkerAlone, SearchTime];

    internal static async IAsyncEnumerable<Figure> RunAsync(string suite, MigratedTemplate template, ScorecardSize size)
    {
        int texts = size.Pick(1_920, 640);
        await using TestDatabase database = await template.CloneAsync();
        using OnnxEmbeddingGenerator generator = MiniLm.CreateGenerator();
        await using CallIntelDataSource source = MiniLm.CreateDataSource(database, generator);
        TestOrg searched = await SearchData.StoreAsync(database, "searched", TextsOf(0, texts));
        await SearchData.IndexAsync(database, searched);
        await MiniLm.EmbedAsync(source, searched, texts);
        await SearchData.ExecuteAsync(database, "vacuum analyze");
        if (size.Wants(Lane, WorkerAlone))
            await foreach (Figure figure in CostAsync(suite, database, source, texts))
                yield return figure;
        if (size.Wants(SearchTime))
            yield return await SearchAsync(suite, database, source, searched, texts);
    }

    /// <summary>The processor time of a text alone, divided by that of a text through the product.</summary>
    static async IAsyncEnumerable<Figure> CostAsync(
        string suite,
        TestDatabase database,
        CallIntelDataSource source,
        int texts
    )
    {
        using BareOnnxSession bare = new(MiniLm.AssemblyPath);
        List<double> model = [],
            client = [],
            server = [];
        for (int run = 1; run <= 3; run++)
        {
            string[] batch = [.. TextsOf(run * texts, texts)];
            TestOrg org = await SearchData.StoreAsync(database, Text($"embedded {run}"), batch);
            double alone = bare.Run(batch);
            CpuTime before = await CpuTime.NowAsync(database.Admin);
            await MiniLm.EmbedAsync(source, org, texts);
            CpuTime lane = await CpuTime.NowAsync(database.Admin) - before;
            // Before and after, because other work on the machine changes what a second of the processor does.
            model.Add((alone + bare.Run(batch)) / 2);
            client.Add(lane.Client);
            server.Add(lane.Server);
        }
        string note =
            Text($"texts per second of processor time against the model alone; {texts} different texts of about 25 ")
            + Text(
                $"tokens, MiniLM on one thread; per text {1000 * Figure.Median(model) / texts:0.00} ms of the model "
            )
            + Text($"alone, {1000 * Figure.Median(client) / texts:0.00} ms of the worker that reads, decrypts, embeds ")
            + Text($"and stores, {1000 * Figure.Median(server) / texts:0.00} ms of the server");
        yield return Figure.Create(
            suite,
            Lane,
            [.. model.Zip(client.Zip(server), (m, c) => m / (c.First + c.Second))],
            "ratio",
            0.9,
            true,
            note
        );
        yield return Figure.Create(
            suite,
            WorkerAlone,
            [.. model.Zip(client, (m, c) => m / c)],
            "ratio",
            null,
            true,
            "the same without the processor time of the server"
        );
    }

    /// <summary>The p95 of searches by words and meaning, without and with a worker that embeds another org.</summary>
    static async Task<Figure> SearchAsync(
        string suite,
        TestDatabase database,
        CallIntelDataSource source,
        TestOrg searched,
        int texts
    )
    {
        TestOrg other = await SearchData.StoreAsync(database, "embedded meanwhile", TextsOf(9 * texts, 2 * texts));
        await using OrgSession session = await source.OpenSessionAsync(searched.As(OrgRole.Analyst));
        for (int n = 0; n < 20; n++)
            await TimeAsync(session, n);
        List<double> quiet = [],
            busy = [];
        for (int n = 0; n < 100; n++)
            quiet.Add(await TimeAsync(session, n));
        Task embedding = MiniLm.EmbedAsync(source, other, 2 * texts);
        for (int n = 0; !embedding.IsCompleted; n++)
            busy.Add(await TimeAsync(session, n));
        await embedding;
        return Figure.Create(
            suite,
            SearchTime,
            [SearchData.Percentile(busy)],
            "ms",
            null,
            false,
            Text($"{busy.Count} searches by words and meaning with snippets among {texts} texts, one after the other, ")
                + Text($"while a worker of the same process embeds; {SearchData.Percentile(quiet):0.0} ms without it; ")
                + Text($"{Environment.ProcessorCount} processors")
        );
    }

    static async Task<double> TimeAsync(OrgSession session, int n)
    {
        long start = Stopwatch.GetTimestamp();
        SearchAnswer answer = await session.Search.FindAsync(SearchQuery.For(NumberFigures.Sentence(n * 31)).Take(10));
        double time = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        return answer.Meaning is SearchMeaning.Used
            ? time
            : throw new InvalidOperationException($"The search did not use the model: {answer.Meaning}.");
    }

    static IEnumerable<string> TextsOf(int first, int count) =>
        Enumerable.Range(first, count).Select(NumberFigures.TextOf);

    static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
