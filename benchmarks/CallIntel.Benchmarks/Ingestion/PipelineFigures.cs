using System.Diagnostics;
using CallIntel.Benchmarks.Generator;
using CallIntel.Benchmarks.Scorecard;
using CallIntel.Sdk.Access;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;

namespace CallIntel.Benchmarks.Ingestion;

/// <summary>Our full pipeline beside a bare COPY of the same rows: A B A B, each on a fresh database. Records and rows are ready in memory before the clock starts.</summary>
static class PipelineFigures
{
    internal static async IAsyncEnumerable<Figure> MeasureAsync(MigratedTemplate template, bool quick)
    {
        SeededFeed feed = new(quick ? 100_000 : 1_000_000);
        int rows = Enumerable.Range(0, feed.Orgs).Sum(feed.RowsOf), runs = quick ? 2 : 3;

        EventRecord[][] deliveries = [.. Enumerable.Range(0, feed.Orgs).Select(org => feed.DeliveriesOf(org).ToArray())];
        await MeasureOursAsync(template, feed, deliveries);  // compiles, and recompiles what is hot, which takes the compiler a whole run beside it
        (TimeSpan ours, CpuTime oursCpu, long growth, string oursSum) = await MeasureOursAsync(template, feed, deliveries);
        RawCopy raw = RawCopy.Prepare(feed);
        List<double> ratios = [], oursRates = [], rawRates = [];
        string processor = "";
        for (int run = 0; run < runs; run++)
        {
            if (run > 0)
                (ours, oursCpu, _, oursSum) = await MeasureOursAsync(template, feed, deliveries);
            (TimeSpan bare, CpuTime rawCpu, string rawSum) = await MeasureRawAsync(template, raw, feed);
            if (oursSum != rawSum)
                throw new InvalidOperationException($"The two loads ended differently: {oursSum} and {rawSum}.");
            ratios.Add(bare / ours);
            oursRates.Add(rows / ours.TotalSeconds);
            rawRates.Add(rows / bare.TotalSeconds);
            processor = $"processor seconds client + server: {oursCpu.Client:0.0} + {oursCpu.Server:0.0}, COPY {rawCpu.Client:0.0} + {rawCpu.Server:0.0}";
        }
        yield return Figure.Of("ingest", "pipeline_vs_copy", ratios, "ratio", 0.9, true,
            $"{rows:N0} rows, which we get 1 % late and 3 % twice; ours {Figure.Median(oursRates):N0} rows/s, COPY {Figure.Median(rawRates):N0} rows/s; {processor}");
        yield return Figure.Of("ingest", "memory_growth_MB", [growth / 1048576.0], "MB", 150, false, $"peak working set while {rows:N0} rows were ingested, less that before");
    }

    static async Task<(TimeSpan Elapsed, CpuTime Cpu, long Growth, string Sum)> MeasureOursAsync(MigratedTemplate template, SeededFeed feed, EventRecord[][] deliveries)
    {
        await using TestDatabase database = await template.CloneAsync();
        List<OrgSession> sessions = [];
        for (int org = 0; org < feed.Orgs; org++)
            sessions.Add(await (await database.CreateOrgAsync($"org {org}")).OpenSessionAsync(OrgRole.Owner));
        await IngestLoad.CheckpointAsync(database.Admin);

        using WorkingSet memory = WorkingSet.Watch();
        CpuTime before = await CpuTime.NowAsync(database.Admin);
        Stopwatch watch = Stopwatch.StartNew();
        // sources of several orgs run side by side, as a host runs them; within one, batches are merged one after the other
        await Parallel.ForAsync(0, feed.Orgs, new ParallelOptions { MaxDegreeOfParallelism = 2 }, async (org, cancellationToken) =>
        {
            IngestReport report = await sessions[org].Events.IngestAsync(new IngestSource(IngestSuite.SourceName), IngestLoad.Async(deliveries[org]), cancellationToken: cancellationToken);
            if (report.Inserted != feed.RowsOf(org) || report.Duplicate != feed.RepeatedOf(org))
                throw new InvalidOperationException($"Of {feed.RowsOf(org)} rows {report.Inserted} were inserted, of {feed.RepeatedOf(org)} repeated ones {report.Duplicate} were duplicates.");
        });
        watch.Stop();
        return (watch.Elapsed, await CpuTime.NowAsync(database.Admin) - before, memory.Growth, await IngestLoad.SumAsync(database.Admin, "callintel"));
    }

    static async Task<(TimeSpan Elapsed, CpuTime Cpu, string Sum)> MeasureRawAsync(MigratedTemplate template, RawCopy raw, SeededFeed feed)
    {
        await using TestDatabase database = await template.CloneAsync();
        await RawCopy.CreateTablesAsync(database.Admin);
        Guid[] orgs = [.. Enumerable.Range(0, feed.Orgs).Select(_ => Guid.NewGuid())];
        await IngestLoad.CheckpointAsync(database.Admin);
        CpuTime before = await CpuTime.NowAsync(database.Admin);
        Stopwatch watch = Stopwatch.StartNew();
        await raw.LoadAsync(database.Admin, orgs);
        watch.Stop();
        return (watch.Elapsed, await CpuTime.NowAsync(database.Admin) - before, await IngestLoad.SumAsync(database.Admin, "raw"));
    }
}
