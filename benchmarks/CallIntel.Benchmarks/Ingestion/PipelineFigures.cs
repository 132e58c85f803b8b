using System.Diagnostics;
using CallIntel.Benchmarks.Generator;
using CallIntel.Benchmarks.Scorecard;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Testing;

namespace CallIntel.Benchmarks.Ingestion;

/// <summary>Our full pipeline beside a bare COPY of the same rows: A B A B, each on a fresh database. Records and rows are ready in memory before the clock starts.</summary>
static class PipelineFigures
{
    internal static async IAsyncEnumerable<Figure> MeasureAsync(MigratedTemplate template, bool quick)
    {
        SeededFeed feed = new(quick ? 100_000 : 1_000_000);
        int rows = Enumerable.Range(0, feed.Orgs).Sum(feed.RowsOf),
            runs = quick ? 2 : 3;

        EventRecord[][] deliveries = FeedLoad.DeliveriesOf(feed);
        await FeedLoad.RunAsync(template, feed, deliveries); // compiles, and recompiles what is hot, which takes the compiler a whole run beside it
        FeedLoad ours = await FeedLoad.RunAsync(template, feed, deliveries);
        long growth = ours.Growth;
        RawCopy raw = RawCopy.Prepare(feed);
        List<double> ratios = [],
            oursRates = [],
            rawRates = [];
        string processor = "";
        for (int run = 0; run < runs; run++)
        {
            if (run > 0)
                ours = await FeedLoad.RunAsync(template, feed, deliveries);
            (TimeSpan bare, CpuTime rawCpu, string rawSum) = await MeasureRawAsync(template, raw, feed);
            if (ours.Sum != rawSum)
                throw new InvalidOperationException($"The two loads ended differently: {ours.Sum} and {rawSum}.");
            ratios.Add(bare / ours.Elapsed);
            oursRates.Add(rows / ours.Elapsed.TotalSeconds);
            rawRates.Add(rows / bare.TotalSeconds);
            processor =
                $"processor seconds client + server: {ours.Cpu.Client:0.0} + {ours.Cpu.Server:0.0}, COPY {rawCpu.Client:0.0} + {rawCpu.Server:0.0}";
        }
        yield return Figure.Of(
            "ingest",
            "pipeline_vs_copy",
            ratios,
            "ratio",
            0.9,
            true,
            $"{rows:N0} rows, which we get 1 % late and 3 % twice; ours {Figure.Median(oursRates):N0} rows/s, COPY {Figure.Median(rawRates):N0} rows/s; {processor}"
        );
        yield return Figure.Of(
            "ingest",
            "memory_growth_MB",
            [growth / 1048576.0],
            "MB",
            150,
            false,
            $"peak working set while {rows:N0} rows were ingested, less that before"
        );
    }

    static async Task<(TimeSpan Elapsed, CpuTime Cpu, string Sum)> MeasureRawAsync(
        MigratedTemplate template,
        RawCopy raw,
        SeededFeed feed
    )
    {
        await using TestDatabase database = await template.CloneAsync();
        await RawCopy.CreateTablesAsync(database.Admin);
        Guid[] orgs = [.. Enumerable.Range(0, feed.Orgs).Select(_ => Guid.NewGuid())];
        await IngestLoad.CheckpointAsync(database.Admin);
        CpuTime before = await CpuTime.NowAsync(database.Admin);
        Stopwatch watch = Stopwatch.StartNew();
        await raw.LoadAsync(database.Admin, orgs);
        watch.Stop();
        return (
            watch.Elapsed,
            await CpuTime.NowAsync(database.Admin) - before,
            await IngestLoad.SumAsync(database.Admin, "raw")
        );
    }
}
