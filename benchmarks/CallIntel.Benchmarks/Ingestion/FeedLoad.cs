using System.Diagnostics;
using CallIntel.Benchmarks.Generator;
using CallIntel.Sdk;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;

namespace CallIntel.Benchmarks.Ingestion;

/// <summary>
/// The result of ingesting a whole feed into a new database. Two orgs are ingested at a time, as in a host.
/// </summary>
/// <param name="Elapsed">The time from the first record to the last commit.</param>
/// <param name="Cpu">The processor time of client and server.</param>
/// <param name="Growth">The growth of the working set to its peak, in bytes.</param>
/// <param name="Sum">The checksum of the stored rows: <see cref="IngestLoad.ChecksumAsync"/>.</param>
sealed record FeedLoad(TimeSpan Elapsed, CpuTime Cpu, long Growth, string Sum)
{
    /// <summary>Creates the records of all orgs in memory, before time is measured.</summary>
    internal static EventRecord[][] CreateRecords(SeededFeed feed) =>
        [.. Enumerable.Range(0, feed.Orgs).Select(org => feed.GetReceivedRecords(org).ToArray())];

    internal static async Task<FeedLoad> RunAsync(MigratedTemplate template, SeededFeed feed, EventRecord[][] records)
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
                        IngestLoad.Async(records[org]),
                        cancellationToken: cancellationToken
                    );
                if (report.Inserted != feed.CountRows(org) || report.Duplicate != feed.CountRepeated(org))
                    throw new InvalidOperationException(
                        $"Inserted {report.Inserted} of {feed.CountRows(org)} rows, and counted {report.Duplicate} of "
                            + $"{feed.CountRepeated(org)} repeated records as duplicates."
                    );
            }
        );
        watch.Stop();
        return new FeedLoad(
            watch.Elapsed,
            await CpuTime.NowAsync(database.Admin) - before,
            memory.Growth,
            await IngestLoad.ChecksumAsync(database.Admin, "callintel_private")
        );
    }
}
