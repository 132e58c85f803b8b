using CallIntel.Benchmarks.Generator;
using CallIntel.Benchmarks.Scorecard;
using CallIntel.Sdk;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;

namespace CallIntel.Benchmarks.Ingestion;

/// <summary>
/// Measures the bytes that the client allocates per row from reading a record to sending it. The records are created
/// before and not counted.
/// </summary>
static class AllocationFigure
{
    internal static async Task<Figure> MeasureAsync(MigratedTemplate template, ScorecardSize size)
    {
        EventRecord[] records = [.. new SeededFeed(size.Pick(400_000, 100_000), orgs: 1).GetRecords(0)];
        List<double> values = [];
        for (int run = -1; run < size.Pick(3, 2); run++)
        {
            await using TestDatabase database = await template.CloneAsync();
            await using OrgSession session = await (await database.CreateOrgAsync("allocations")).OpenSessionAsync(
                OrgRole.Owner
            );
            long before = GC.GetTotalAllocatedBytes(precise: true);
            IngestReport report = await session.Ingestion.IngestAsync(
                new IngestSource(IngestSuite.SourceName),
                IngestLoad.Async(records)
            );
            long allocated = GC.GetTotalAllocatedBytes(precise: true) - before;
            if (report.Inserted != records.Length)
                throw new InvalidOperationException($"Inserted {report.Inserted} of {records.Length} rows.");
            if (run >= 0) // code is compiled and keys are created in the first run
                values.Add((double)allocated / records.Length);
        }
        return Figure.Create(
            "ingest",
            "allocated_B_per_row",
            values,
            "B",
            200,
            false,
            $"{records.Length:N0} rows, half of them with a body of 160 characters"
        );
    }
}
