using System.Diagnostics;
using CallIntel.Benchmarks.Scorecard;
using CallIntel.Sdk.Testing;

namespace CallIntel.Benchmarks.Ingestion.Peers;

/// <summary>
/// Our pipeline, encryption and all, beside libraries that store the same feed without it: by turns, each into a fresh database, and both must end the same.
/// Ours loads two orgs at a time, as in every figure; they load one after the other, as their documentation shows, and the nearest of them side by side too.
/// </summary>
static class UpsertFigures
{
    static readonly IUpsertPeer[] Peers = [new Linq2dbPeer(), new EfCorePeer(), new DapperPeer()];

    internal static async IAsyncEnumerable<Figure> MeasureAsync(MigratedTemplate template, ScorecardSize size)
    {
        foreach (IUpsertPeer peer in Peers.Where(peer => size.Wants(peer.Figure)))
        {
            PeerRows rows = PeerRows.Prepare(size.Quick ? 100_000 : peer.Rows),
                few = PeerRows.Prepare(20_000);
            for (int run = 0; run < 2; run++)
                await FeedLoad.RunAsync(template, rows.Feed, rows.Deliveries); // compiles, and recompiles what is hot, which takes the compiler some loads beside them
            await TheirsAsync(template, peer, few, atATime: 1);
            int runs = size.Quick ? 2 : 3;
            List<double> ratios = [],
                sideBySide = [],
                ours = [],
                theirs = [];
            for (int run = 0; run < runs; run++)
            {
                FeedLoad our = await FeedLoad.RunAsync(template, rows.Feed, rows.Deliveries);
                TimeSpan their = await TheirsAsync(template, peer, rows, atATime: 1, our);
                ratios.Add(their / our.Elapsed);
                ours.Add(rows.Count / our.Elapsed.TotalSeconds);
                theirs.Add(rows.Count / their.TotalSeconds);
                if (peer is Linq2dbPeer)
                    sideBySide.Add(await TheirsAsync(template, peer, rows, atATime: 2, our) / our.Elapsed);
            }
            string note =
                $"{rows.Count:N0} rows of {rows.Feed.Orgs} orgs, ours {Figure.Median(ours):N0} rows/s, theirs {Figure.Median(theirs):N0} rows/s unencrypted: {peer.Way}";
            yield return Figure.Of("ingest", peer.Figure, ratios, "ratio", peer.Target, true, note);
            if (sideBySide.Count > 0)
                yield return Figure.Of(
                    "ingest",
                    peer.Figure + "_side_by_side",
                    sideBySide,
                    "ratio",
                    null,
                    true,
                    "the same, two orgs at a time on two connections"
                );
        }
    }

    static async Task<TimeSpan> TheirsAsync(
        MigratedTemplate template,
        IUpsertPeer peer,
        PeerRows rows,
        int atATime,
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
            new ParallelOptions { MaxDegreeOfParallelism = atATime },
            async (org, _) => await peer.UpsertAsync(database.AdminConnectionString, rows.Rows[org])
        );
        watch.Stop();
        string sum = await IngestLoad.SumAsync(database.Admin, "raw");
        if (ours is not null && sum != ours.Sum)
            throw new InvalidOperationException($"The two loads ended differently: {ours.Sum} and {sum}.");
        return watch.Elapsed;
    }
}
