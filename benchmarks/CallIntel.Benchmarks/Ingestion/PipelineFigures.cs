using System.Diagnostics;
using CallIntel.Benchmarks.Generator;
using CallIntel.Benchmarks.Scorecard;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Testing;

namespace CallIntel.Benchmarks.Ingestion;

/// <summary>
/// Compares our pipeline with a bare COPY of the same rows, alternately, each into a new database. Records and rows are
/// created in memory before time is measured.
/// </summary>
static class PipelineFigures
{
    internal static async IAsyncEnumerable<Figure> MeasureAsync(MigratedTemplate template, ScorecardSize size)
    {
        SeededFeed feed = new(size.Pick(1_000_000, 100_000));
        int rows = Enumerable.Range(0, feed.Orgs).Sum(feed.CountRows),
            runs = size.Pick(3, 2);

        EventRecord[][] records = FeedLoad.CreateRecords(feed);
        // code is compiled and optimized in the first run
        await FeedLoad.RunAsync(template, feed, records);
        FeedLoad ours = await FeedLoad.RunAsync(template, feed, records);
        long growth = ours.Growth;
        RawCopy raw = RawCopy.Prepare(feed);
        List<double> ratios = [],
            oursRates = [],
            rawRates = [];
        string processor = "";
        for (int run = 0; run < runs; run++)
        {
            if (run > 0)
                ours = await FeedLoad.RunAsync(template, feed, records);
            (TimeSpan rawElapsed, CpuTime rawCpu, string rawSum) = await MeasureRawAsync(template, raw, feed);
            if (ours.Sum != rawSum)
                throw new InvalidOperationException($"The two loads stored different rows: {ours.Sum} and {rawSum}.");
            ratios.Add(rawElapsed / ours.Elapsed);
            oursRates.Add(rows / ours.Elapsed.TotalSeconds);
            rawRates.Add(rows / rawElapsed.TotalSeconds);
            processor =
                $"processor seconds of client + server: {ours.Cpu.Client:0.0} + {ours.Cpu.Server:0.0}, "
                + $"COPY {rawCpu.Client:0.0} + {rawCpu.Server:0.0}";
        }
        yield return Figure.Create(
            "ingest",
            "pipeline_vs_copy",
            ratios,
            "ratio",
            0.9,
            true,
            $"{rows:N0} rows, for us 1 % of them late and 3 % repeated; ours {Figure.Median(oursRates):N0} rows/s, "
                + $"COPY {Figure.Median(rawRates):N0} rows/s; {processor}"
        );
        yield return Figure.Create(
            "ingest",
            "memory_growth_MB",
            [growth / 1048576.0],
            "MB",
            150,
            false,
            $"growth of the working set to its peak while {rows:N0} rows are ingested"
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
            await IngestLoad.ChecksumAsync(database.Admin, "raw")
        );
    }
}
