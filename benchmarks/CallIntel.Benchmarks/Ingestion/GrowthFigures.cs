using System.Diagnostics;
using CallIntel.Benchmarks.Generator;
using CallIntel.Benchmarks.Scorecard;
using CallIntel.Sdk;
using CallIntel.Sdk.Ingestion;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;

namespace CallIntel.Benchmarks.Ingestion;

/// <summary>
/// Ingests ten million rows into one org, and compares the speed of the last tenth with that of the first. Also
/// measures the growth of the client.
/// </summary>
static class GrowthFigures
{
    internal static async IAsyncEnumerable<Figure> MeasureAsync(MigratedTemplate template, ScorecardSize size)
    {
        int rows = size.Pick(10_000_000, 400_000);
        await LoadAsync(template, 20_000); // compiles code and opens connections
        (Tenths tenths, long growth) = await LoadAsync(template, rows);
        double first = tenths.Rate(1),
            last = tenths.Rate(10);
        string note = $"{rows:N0} rows in one run";
        yield return Figure.Create(
            "ingest",
            "growth_10M",
            [last / first],
            "ratio",
            0.8,
            true,
            $"{note}: last tenth {last:N0} rows/s, first {first:N0} rows/s"
        );
        yield return Figure.Create(
            "ingest",
            "memory_growth_MB",
            [growth / 1048576.0],
            "MB",
            150,
            false,
            $"growth of the working set to its peak, {note}"
        );
    }

    static async Task<(Tenths Tenths, long Growth)> LoadAsync(MigratedTemplate template, int rows)
    {
        await using TestDatabase database = await template.CloneAsync();
        await using OrgSession session = await (await database.CreateOrgAsync("growth")).OpenSessionAsync(
            OrgRole.Owner
        );
        await IngestLoad.CheckpointAsync(database.Admin);
        using WorkingSet memory = WorkingSet.Watch();
        Tenths tenths = new(rows);
        IngestReport report = await session.Ingestion.IngestAsync(
            new IngestSource(IngestSuite.SourceName),
            IngestLoad.Async(new SeededFeed(rows, orgs: 1).GetRecords(0)),
            new IngestOptions { Progress = tenths }
        );
        if (report.Inserted != rows)
            throw new InvalidOperationException($"Inserted {report.Inserted} of {rows} rows.");
        return (tenths, memory.Growth);
    }

    /// <summary>
    /// Records when each tenth of the rows was committed. Reports arrive in order, so no lock is needed.
    /// </summary>
    sealed class Tenths(int rows) : IProgress<IngestProgress>
    {
        readonly long _start = Stopwatch.GetTimestamp();
        readonly (TimeSpan At, long Rows)[] _ends = new (TimeSpan, long)[11];

        public void Report(IngestProgress value)
        {
            for (int tenth = 1; tenth <= 10; tenth++)
                if (_ends[tenth].Rows == 0 && value.Read >= (long)rows * tenth / 10)
                    _ends[tenth] = (Stopwatch.GetElapsedTime(_start), value.Read);
        }

        /// <summary>Returns the rows per second in a tenth, from 1 to 10.</summary>
        internal double Rate(int tenth) =>
            (_ends[tenth].Rows - _ends[tenth - 1].Rows) / (_ends[tenth].At - _ends[tenth - 1].At).TotalSeconds;
    }
}
