using System.Diagnostics;
using System.Globalization;
using CallIntel.Benchmarks.Scorecard;
using CallIntel.Sdk;
using CallIntel.Sdk.Embeddings;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Search;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;

namespace CallIntel.Benchmarks.Vectors;

/// <summary>
/// Search by vectors through a session, beside one graph that all orgs share: rows returned, recall, and times.
/// </summary>
sealed class VectorsSuite : ISuite
{
    static readonly double[] Shares = [1, 0.1, 0.01, 0.001];

    static readonly EmbeddingModel Model = new(1, "m", VectorData.Dimensions, EmbeddingModelState.Active, 1, 1);

    public string Name => "vectors";

    public async IAsyncEnumerable<Figure> RunAsync(PostgresServer server, ScorecardSize size)
    {
        int[] sizes = [50, size.Pick(5_000, 2_000), size.Pick(200_000, 40_000)];
        int count = size.Pick(60, 20);
        await using MigratedTemplate template = await MigratedTemplate.CreateAsync(server, admin =>
            new CallIntelOperations(admin).EnsurePartitionsAsync(new DateOnly(2026, 1, 1), new DateOnly(2026, 3, 1))
        );
        await using TestDatabase database = await template.CloneAsync();
        await VectorData.PrepareAsync(database);
        List<(TestOrg Org, int Events, List<float[]> Queries)> orgs = [];
        foreach (int events in sizes)
        {
            TestOrg org = await database.CreateOrgAsync($"org of {events}");
            await VectorData.FillAsync(database, org, events);
            orgs.Add((org, events, await VectorData.QueriesAsync(database, org, count)));
        }
        (TestOrg large, int _, List<float[]> largeQueries) = orgs[^1];
        await VectorData.ExecuteAsync(
            database,
            $"""
            set maintenance_work_mem = '1GB';
            create index on peer.vectors using hnsw (embedding halfvec_ip_ops);
            create table peer.alone as select * from peer.vectors where org_id = '{large.Id}';
            create index on peer.alone using hnsw (embedding halfvec_ip_ops);
            create table peer.same as table peer.alone;
            create index on peer.same using hnsw (embedding halfvec_ip_ops) with (ef_construction = 200);
            """
        );
        await new CallIntelOperations(database.Admin).MaintainVectorGraphsAsync();
        await VectorData.ExecuteAsync(database, "vacuum analyze peer.vectors");
        await VectorData.ExecuteAsync(database, "vacuum analyze callintel_private.event_embeddings");
        await VectorData.ExecuteAsync(database, "vacuum analyze callintel_private.events");
        await VectorData.ExecuteAsync(database, "vacuum analyze peer.alone");
        await VectorData.ExecuteAsync(database, "vacuum analyze peer.same");

        yield return await FillAsync(database, orgs);
        yield return await RecallAsync(database, "recall_at_10_small", orgs[..^1], 1);
        yield return await RecallAsync(database, "recall_at_10_large", orgs[^1..], 0.98);
        yield return await FilteredAsync(database, large, largeQueries);
        yield return await UnfilteredAsync(
            database,
            large,
            largeQueries,
            "p95_large_vs_unfiltered_hnsw",
            ("peer.same", 400),
            1.3
        );
        yield return await UnfilteredAsync(
            database,
            large,
            largeQueries,
            "p95_large_vs_unfiltered_default_hnsw",
            ("peer.alone", 200),
            null
        );
        yield return await PlanningAsync(database, orgs[1].Org, orgs[1].Queries);
    }

    async Task<Figure> FillAsync(TestDatabase database, List<(TestOrg Org, int Events, List<float[]> Queries)> orgs)
    {
        await using SharedGraphPeer standard = await SharedGraphPeer.OpenAsync(database, "peer.vectors", false, 40),
            iterative = await SharedGraphPeer.OpenAsync(database, "peer.vectors", true, 40);
        double ours = 0,
            first = 0,
            second = 0;
        int cases = 0;
        foreach ((TestOrg org, int _, List<float[]> queries) in orgs)
        foreach (double share in Shares)
        foreach (float[] query in queries)
        {
            Guid lowest = LowestOf(share);
            int eligible = (await SharedGraphPeer.ExactAsync(database, org.Id.Value, query, lowest)).Count;
            if (eligible == 0)
                continue;
            ours += (double)(await FindAsync(database, org, query, share)).Answer.Matches.Count / eligible;
            first += (double)(await standard.FindAsync(org.Id.Value, query, lowest, true)).Found.Count / eligible;
            second += (double)(await iterative.FindAsync(org.Id.Value, query, lowest, true)).Found.Count / eligible;
            cases++;
        }
        return Figure.Create(
            Name,
            "fill",
            [ours / cases],
            "share",
            1,
            true,
            string.Create(
                CultureInfo.InvariantCulture,
                $"rows returned of min(10, eligible), {cases} searches of orgs of "
                    + $"{string.Join(", ", orgs.Select(o => o.Events))} vectors with filters of 100, 10, 1 "
                    + $"and 0.1 %; one shared graph: {first / cases:0.000} as it is, "
                    + $"{second / cases:0.000} iterative"
            )
        );
    }

    async Task<Figure> RecallAsync(
        TestDatabase database,
        string name,
        List<(TestOrg Org, int Events, List<float[]> Queries)> orgs,
        double target
    )
    {
        List<double> recalls = [];
        HashSet<VectorPath> paths = [];
        foreach ((TestOrg org, int _, List<float[]> queries) in orgs)
        foreach (float[] query in queries)
        {
            HashSet<Guid> exact = await SharedGraphPeer.ExactAsync(database, org.Id.Value, query, Guid.Empty);
            VectorAnswer answer = (await FindAsync(database, org, query, 1)).Answer;
            paths.Add(answer.Path);
            recalls.Add((double)answer.Matches.Count(m => exact.Contains(m.Event)) / exact.Count);
        }
        double mean = recalls.Average();
        return new Figure(
            Name,
            name,
            mean,
            "recall",
            target,
            true,
            recalls.Count,
            recalls.Min(),
            recalls.Max(),
            $"orgs of {string.Join(", ", orgs.Select(o => o.Events))} vectors; {string.Join(", ", paths)}"
        );
    }

    async Task<Figure> FilteredAsync(TestDatabase database, TestOrg org, List<float[]> queries)
    {
        await using SharedGraphPeer peer = await SharedGraphPeer.OpenAsync(database, "peer.vectors", true, 40);
        List<double> ratios = [];
        List<string> notes = [];
        foreach (double share in new[] { 0.01, 0.001 })
        {
            List<double> ours = [],
                theirs = [];
            for (int run = 0; run < 2; run++)
                foreach (float[] query in queries)
                {
                    double our = (await FindAsync(database, org, query, share)).Milliseconds,
                        their = (await peer.FindAsync(org.Id.Value, query, LowestOf(share), true)).Milliseconds;
                    if (run == 0)
                        continue;
                    ours.Add(our);
                    theirs.Add(their);
                }
            ratios.Add(P95(theirs) / P95(ours));
            notes.Add(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{share:P1}: {P95(ours):0.0} against {P95(theirs):0.0} ms, medians {Figure.Median(ours):0.0} and "
                        + $"{Figure.Median(theirs):0.0} ms"
                )
            );
        }
        return new Figure(
            Name,
            "p95_vs_shared_hnsw_iterative",
            ratios.Min(),
            "ratio",
            5,
            true,
            ratios.Count,
            ratios.Min(),
            ratios.Max(),
            "p95 of a search of the large org with a filter by time, through a session; " + string.Join("; ", notes)
        );
    }

    /// <summary>Compares searches without a filter with a graph of the same vectors in a table of their own.</summary>
    async Task<Figure> UnfilteredAsync(
        TestDatabase database,
        TestOrg org,
        List<float[]> queries,
        string name,
        (string Table, int Ef) graph,
        double? target
    )
    {
        await using SharedGraphPeer peer = await SharedGraphPeer.OpenAsync(database, graph.Table, false, graph.Ef);
        List<double> ours = [],
            theirs = [];
        double ourRecall = 0,
            theirRecall = 0;
        for (int run = 0; run < 3; run++)
            foreach (float[] query in queries)
            {
                (VectorAnswer answer, double our) = await FindAsync(database, org, query, 1);
                (List<Guid> found, double their) = await peer.FindAsync(org.Id.Value, query, Guid.Empty, false);
                if (run == 0)
                {
                    HashSet<Guid> exact = await SharedGraphPeer.ExactAsync(database, org.Id.Value, query, Guid.Empty);
                    ourRecall += answer.Matches.Count(m => exact.Contains(m.Event)) / 10.0 / queries.Count;
                    theirRecall += found.Count(exact.Contains) / 10.0 / queries.Count;
                    continue;
                }
                ours.Add(our);
                theirs.Add(their);
            }
        return new Figure(
            Name,
            name,
            P95(ours) / P95(theirs),
            "ratio",
            target,
            false,
            ours.Count,
            P95(ours),
            P95(theirs),
            string.Create(
                CultureInfo.InvariantCulture,
                $"p95 {P95(ours):0.0} ms through a session under row-level security, recall {ourRecall:0.000}; "
                    + $"{P95(theirs):0.0} ms, recall {theirRecall:0.000}, of a graph of the same vectors in a table of "
                    + $"their own, without filters or policies, ef_search {graph.Ef}; medians "
                    + $"{Figure.Median(ours):0.0} and {Figure.Median(theirs):0.0} ms"
            )
        );
    }

    async Task<Figure> PlanningAsync(TestDatabase database, TestOrg org, List<float[]> queries)
    {
        double before = await MedianAsync();
        await VectorData.ExecuteAsync(
            database,
            $"""
            do $$ begin
                for n in 1 .. 63 loop
                    execute format('create index event_embeddings_graph_%s on callintel_private.event_embeddings '
                        'using hnsw ((embedding::halfvec({VectorData.Dimensions})) halfvec_ip_ops) '
                        'where graph = %s', n, n);
                end loop;
            end $$
            """
        );
        double after = await MedianAsync();
        return Figure.Create(
            Name,
            "planning_64_graphs_ms",
            [after - before],
            "ms",
            2,
            false,
            string.Create(
                CultureInfo.InvariantCulture,
                $"median of an exact search {before:0.00} ms, with 64 graphs {after:0.00} ms"
            )
        );

        async Task<double> MedianAsync()
        {
            List<double> times = [];
            for (int run = 0; run < 4; run++)
                foreach (float[] query in queries)
                {
                    double time = (await FindAsync(database, org, query, 0.001)).Milliseconds;
                    if (run > 0)
                        times.Add(time);
                }
            return Figure.Median(times);
        }
    }

    static async Task<(VectorAnswer Answer, double Milliseconds)> FindAsync(
        TestDatabase database,
        TestOrg org,
        float[] query,
        double share
    )
    {
        await using OrgSession session = await org.OpenSessionAsync(OrgRole.Analyst);
        VectorFilter filter =
            share == 1 ? default : new VectorFilter(new TimeRange(StartOf(share), StartOf(share).AddYears(1)));
        long start = Stopwatch.GetTimestamp();
        VectorAnswer answer = await session.Vectors.FindAsync(Model, query, filter, 10, CancellationToken.None);
        return (answer, Stopwatch.GetElapsedTime(start).TotalMilliseconds);
    }

    static DateTimeOffset StartOf(double share) => VectorData.Start + (VectorData.Span * (1 - share));

    static Guid LowestOf(double share) => share == 1 ? Guid.Empty : EventId.FirstOf(StartOf(share));

    static double P95(List<double> values) => values.Order().ElementAt((int)(values.Count * 0.95));
}
