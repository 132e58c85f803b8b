using System.Diagnostics;
using CallIntel.Benchmarks.Scorecard;
using CallIntel.Sdk.Testing;

namespace CallIntel.Benchmarks.Ingestion.Peers;

/// <summary>
/// Compares our pipeline, with encryption, with libraries that store the same feed without it. They run alternately,
/// each into a new database, and must store the same rows. Our pipeline ingests two orgs at a time, as in every figure.
/// The libraries store one org after the other, as in their documentation, and the fastest of them also two at a time.
/// </summary>
static class UpsertFigures
{
    static readonly IUpsertPeer[] Peers = [new Linq2dbPeer(), new EfCorePeer(), new DapperPeer()];

    internal static async IAsyncEnumerable<Figure> MeasureAsync(MigratedTemplate template, ScorecardSize size)
    {
        foreach (IUpsertPeer peer in Peers.Where(peer => size.Wants(peer.Figure)))
        {
            PeerRows rows = PeerRows.Prepare(size.Pick(peer.Rows, 100_000)),
                few = PeerRows.Prepare(20_000);
            // code is compiled and optimized in the first runs
            for (int run = 0; run < 2; run++)
                await FeedLoad.RunAsync(template, rows.Feed, rows.Records);
            await RunPeerAsync(template, peer, few, concurrency: 1);
            int runs = size.Pick(3, 2);
            List<double> ratios = [],
                sideBySide = [],
                ours = [],
                theirs = [];
            for (int run = 0; run < runs; run++)
            {
                FeedLoad our = await FeedLoad.RunAsync(template, rows.Feed, rows.Records);
                TimeSpan their = await RunPeerAsync(template, peer, rows, concurrency: 1, our);
                ratios.Add(their / our.Elapsed);
                ours.Add(rows.Count / our.Elapsed.TotalSeconds);
                theirs.Add(rows.Count / their.TotalSeconds);
                if (peer is Linq2dbPeer)
                    sideBySide.Add(await RunPeerAsync(template, peer, rows, concurrency: 2, our) / our.Elapsed);
            }
            string note =
                $"{rows.Count:N0} rows of {rows.Feed.Orgs} orgs, ours {Figure.Median(ours):N0} rows/s, "
                + $"theirs {Figure.Median(theirs):N0} rows/s without encryption: {peer.Approach}";
            yield return Figure.Create("ingest", peer.Figure, ratios, "ratio", peer.Target, true, note);
            if (sideBySide.Count > 0)
                yield return Figure.Create(
                    "ingest",
                    peer.Figure + "_side_by_side",
                    sideBySide,
                    "ratio",
                    null,
                    true,
                    "the same with two orgs at a time on two connections"
                );
        }
    }

    static async Task<TimeSpan> RunPeerAsync(
        MigratedTemplate template,
        IUpsertPeer peer,
        PeerRows rows,
        int concurrency,
        FeedLoad? ours = null
    )
    {
        await using TestDatabase database = await template.CloneAsync();
        await RawCopy.CreateTablesAsync(database.Admin);
        await IngestLoad.CheckpointAsync(database.Admin);
        Stopwatch watch = Stopwatch.StartNew();
        await Parallel.ForAsync(
            0,
            rows.Feed.Orgs,
            new ParallelOptions { MaxDegreeOfParallelism = concurrency },
            async (org, _) => await peer.UpsertAsync(database.AdminConnectionString, rows.Rows[org])
        );
        watch.Stop();
        string sum = await IngestLoad.ChecksumAsync(database.Admin, "raw");
        if (ours is not null && sum != ours.Sum)
            throw new InvalidOperationException($"The two loads stored different rows: {ours.Sum} and {sum}.");
        return watch.Elapsed;
    }
}
