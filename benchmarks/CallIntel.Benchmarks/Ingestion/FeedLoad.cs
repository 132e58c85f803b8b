using System.Diagnostics;
using CallIntel.Benchmarks.Generator;
using CallIntel.Sdk;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;

namespace CallIntel.Benchmarks.Ingestion;

/// <summary>Our load of a whole feed into a fresh database: sources of several orgs run side by side, two at a time, as a host runs them.</summary>
/// <param name="Elapsed">From the first record to the last commit.</param>
/// <param name="Cpu">What client and server took of the processors.</param>
/// <param name="Growth">Peak working set less that before, bytes.</param>
/// <param name="Sum">What was stored: <see cref="IngestLoad.SumAsync"/>.</param>
sealed record FeedLoad(TimeSpan Elapsed, CpuTime Cpu, long Growth, string Sum)
{
    /// <summary>What the orgs' sources deliver, in memory before any clock starts.</summary>
    internal static EventRecord[][] DeliveriesOf(SeededFeed feed) =>
        [.. Enumerable.Range(0, feed.Orgs).Select(org => feed.DeliveriesOf(org).ToArray())];

    internal static async Task<FeedLoad> RunAsync(
        MigratedTemplate template,
        SeededFeed feed,
        EventRecord[][] deliveries
    )
    {
        await using TestDatabase database = await template.CloneAsync();
        List<OrgSession> sessions = [];
        for (int org = 0; org < feed.Orgs; org++)
            sessions.Add(await (await database.CreateOrgAsync($"org {org}")).OpenSessionAsync(OrgRole.Owner));
        await IngestLoad.CheckpointAsync(database.Admin);

        using WorkingSet memory = WorkingSet.Watch();
        CpuTime before = await CpuTime.NowAsync(database.Admin);
        Stopwatch watch = Stopwatch.StartNew();
        await Parallel.ForAsync(
            0,
            feed.Orgs,
            new ParallelOptions { MaxDegreeOfParallelism = 2 },
            async (org, cancellationToken) =>
            {
                IngestReport report = await sessions[org]
                    .Ingestion.IngestAsync(
                        new IngestSource(IngestSuite.SourceName),
                        IngestLoad.Async(deliveries[org]),
                        cancellationToken: cancellationToken
                    );
                if (report.Inserted != feed.RowsOf(org) || report.Duplicate != feed.RepeatedOf(org))
                    throw new InvalidOperationException(
                        $"Of {feed.RowsOf(org)} rows {report.Inserted} were inserted, of {feed.RepeatedOf(org)} repeated ones {report.Duplicate} were duplicates."
                    );
            }
        );
        watch.Stop();
        return new FeedLoad(
            watch.Elapsed,
            await CpuTime.NowAsync(database.Admin) - before,
            memory.Growth,
            await IngestLoad.SumAsync(database.Admin, "callintel")
        );
    }
}
