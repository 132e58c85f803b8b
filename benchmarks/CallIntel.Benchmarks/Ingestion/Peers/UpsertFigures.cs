using System.Diagnostics;
using CallIntel.Benchmarks.Scorecard;
using CallIntel.Sdk.Access;
using CallIntel.Sdk.Ingestion;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;

namespace CallIntel.Benchmarks.Ingestion.Peers;

/// <summary>Our pipeline, encryption and all, beside libraries that store the same rows without it: by turns, each into a fresh database, and both must end the same.</summary>
static class UpsertFigures
{
    static readonly IUpsertPeer[] Peers = [new Linq2dbPeer(), new EfCorePeer(), new DapperPeer()];

    internal static async IAsyncEnumerable<Figure> MeasureAsync(MigratedTemplate template, ScorecardSize size)
    {
        IUpsertPeer[] peers = [.. Peers.Where(peer => size.Wants(peer.Figure))];
        if (peers.Length == 0)
            yield break;
        bool quick = size.Quick;
        int count = quick ? 20_000 : 60_000, runs = quick ? 2 : 5;
        PeerRows rows = PeerRows.Prepare(count);
        for (int run = 0; run < runs; run++)
            await OursAsync(template, rows);  // compiles, and recompiles what is hot, which takes the compiler some loads beside them
        foreach (IUpsertPeer peer in peers)
        {
            await TheirsAsync(template, peer, rows);
            List<double> ratios = [], ours = [], theirs = [];
            for (int run = 0; run < runs; run++)
            {
                (TimeSpan our, string ourSum) = await OursAsync(template, rows);
                (TimeSpan their, string theirSum) = await TheirsAsync(template, peer, rows);
                if (ourSum != theirSum)
                    throw new InvalidOperationException($"The two loads ended differently: {ourSum} and {theirSum}.");
                ratios.Add(their / our);
                ours.Add(rows.Rows.Length / our.TotalSeconds);
                theirs.Add(rows.Rows.Length / their.TotalSeconds);
            }
            yield return Figure.Of("ingest", peer.Figure, ratios, "ratio", peer.Target, true,
                $"{rows.Rows.Length:N0} rows, ours {Figure.Median(ours):N0} rows/s, theirs {Figure.Median(theirs):N0} rows/s unencrypted: {peer.Way}");
        }
    }

    static async Task<(TimeSpan Elapsed, string Sum)> OursAsync(MigratedTemplate template, PeerRows rows)
    {
        await using TestDatabase database = await template.CloneAsync();
        await using OrgSession session = await (await database.CreateOrgAsync("ours")).OpenSessionAsync(OrgRole.Owner);
        await IngestLoad.CheckpointAsync(database.Admin);
        Stopwatch watch = Stopwatch.StartNew();
        IngestReport report = await session.Events.IngestAsync(new IngestSource(IngestSuite.SourceName), IngestLoad.Async(rows.Records));
        watch.Stop();
        if (report.Inserted != rows.Distinct || report.Duplicate != rows.Records.Length - rows.Distinct)
            throw new InvalidOperationException($"Of {rows.Records.Length} records {report.Inserted} were inserted and {report.Duplicate} duplicates.");
        return (watch.Elapsed, await IngestLoad.SumAsync(database.Admin, "callintel"));
    }

    static async Task<(TimeSpan Elapsed, string Sum)> TheirsAsync(MigratedTemplate template, IUpsertPeer peer, PeerRows rows)
    {
        await using TestDatabase database = await template.CloneAsync();
        await RawCopy.CreateTablesAsync(database.Admin);
        await IngestLoad.CheckpointAsync(database.Admin);
        Stopwatch watch = Stopwatch.StartNew();
        await peer.UpsertAsync(database.AdminConnectionString, rows.Rows);
        watch.Stop();
        return (watch.Elapsed, await IngestLoad.SumAsync(database.Admin, "raw"));
    }
}
