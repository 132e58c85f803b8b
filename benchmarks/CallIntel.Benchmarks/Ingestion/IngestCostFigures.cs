using System.Diagnostics;
using System.Globalization;
using CallIntel.Benchmarks.Generator;
using CallIntel.Benchmarks.Scorecard;
using CallIntel.Sdk;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using Npgsql;

namespace CallIntel.Benchmarks.Ingestion;

/// <summary>
/// Measures what a part of the package costs the writer, in comparison with a database whose functions do without it.
/// </summary>
static class IngestCostFigures
{
    /// <param name="suite">The suite of the figures.</param>
    /// <param name="part">What is measured, for the notes.</param>
    /// <param name="withoutSql">Replaces the functions of the package by ones that do without the part.</param>
    /// <param name="unorderedTarget">The target for an import in random order.</param>
    /// <param name="template">The template of the databases.</param>
    /// <param name="size">The number of records and of runs.</param>
    internal static async IAsyncEnumerable<Figure> MeasureAsync(
        string suite,
        string part,
        string withoutSql,
        double unorderedTarget,
        MigratedTemplate template,
        ScorecardSize size
    )
    {
        int rows = size.Pick(200_000, 60_000),
            runs = size.Pick(7, 3),
            calls = size.Pick(300, 300);
        await using TestDatabase with = await template.CloneAsync(),
            without = await template.CloneAsync();
        await ExecuteAsync(without, withoutSql);
        EventRecord[] ordered = [.. new SeededFeed(rows, orgs: 1).GetRecords(0)],
            unordered = [.. ordered];
        new Random(1).Shuffle(unordered);
        foreach (
            (string name, EventRecord[] records, double target) in new[]
            {
                ("ingest_cost_ordered", ordered, 0.05),
                ("ingest_cost_unordered", unordered, unorderedTarget),
            }
        )
        {
            List<double> costs = [],
                ours = [],
                theirs = [];
            for (int run = -1; run < runs; run++)
            {
                // The order alternates, so that other work on the machine affects both equally.
                double marked,
                    bare;
                if (run % 2 == 0)
                    (marked, bare) = (await ImportAsync(with, records), await ImportAsync(without, records));
                else
                {
                    bare = await ImportAsync(without, records);
                    marked = await ImportAsync(with, records);
                }
                if (run < 0)
                    continue;
                costs.Add((marked / bare) - 1);
                ours.Add(marked);
                theirs.Add(bare);
            }
            yield return Figure.Create(
                suite,
                name,
                costs,
                "ratio",
                target,
                false,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{rows} records; {Figure.Median(ours):0} ms with {part}, {Figure.Median(theirs):0} ms without"
                )
            );
        }

        TestOrg one = await with.CreateOrgAsync("webhooks"),
            other = await without.CreateOrgAsync("webhooks");
        await using OrgSession first = await one.OpenSessionAsync(OrgRole.Owner),
            second = await other.OpenSessionAsync(OrgRole.Owner);
        IngestSource webhook = new("webhook");
        EventRecord[] messages = [.. ordered.Where(r => r.Body is not null)];
        int i = 0,
            j = 0;
        Interleaved.Comparison writes = await Interleaved.CompareAsync(
            async _ => (await first.Ingestion.WriteAsync(webhook, [messages[i++]])).Inserted,
            async _ => (await second.Ingestion.WriteAsync(webhook, [messages[j++]])).Inserted,
            calls,
            size.Pick(15, 5),
            warmUps: 10
        );
        yield return Figure.Create(
            suite,
            "ingest_cost_webhook",
            [.. writes.Ratios.Select(r => r - 1)],
            "ratio",
            0.05,
            false,
            $"{writes.Note}; medians of {calls} messages, commits included"
        );
    }

    /// <summary>Imports the records into a new org.</summary>
    static async Task<double> ImportAsync(TestDatabase database, EventRecord[] records)
    {
        TestOrg org = await database.CreateOrgAsync("import");
        await using OrgSession session = await org.OpenSessionAsync(OrgRole.Owner);
        long start = Stopwatch.GetTimestamp();
        IngestReport report = await session.Ingestion.IngestAsync(
            new IngestSource("generated"),
            records.ToAsyncEnumerable()
        );
        double time = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        if (report.Inserted != records.Length)
            throw new InvalidOperationException($"{report.Inserted} records were inserted.");
        await ExecuteAsync(database, "checkpoint");
        return time;
    }

    static async Task ExecuteAsync(TestDatabase database, string sql)
    {
        await using NpgsqlCommand command = database.Admin.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}
