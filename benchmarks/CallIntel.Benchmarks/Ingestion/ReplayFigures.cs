using System.Diagnostics;
using System.Globalization;
using CallIntel.Benchmarks.Generator;
using CallIntel.Benchmarks.Scorecard;
using CallIntel.Sdk;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion;
using CallIntel.Sdk.Ingestion.Importers;
using CallIntel.Sdk.Ingestion.Importers.Mapping;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;

namespace CallIntel.Benchmarks.Ingestion;

/// <summary>
/// Compares importing a file again with its first import: once after the cursor, and once from the beginning.
/// </summary>
static class ReplayFigures
{
    static CsvMapping Mapping =>
        new()
        {
            ExternalId = "id",
            Time = new TimeMapping { Field = "time" },
            Channel = new ValueMapping<EventChannel> { Field = "channel", Map = Names<EventChannel>() },
            Direction = new DirectionMapping { Field = "direction", Map = Names<EventDirection>() },
            Outcome = new ValueMapping<EventOutcome> { Field = "outcome", Map = Names<EventOutcome>() },
            Party = new PartyMapping { Field = "party" },
            Duration = new DurationMapping { Field = "seconds" },
            Body = "body",
        };

    internal static async IAsyncEnumerable<Figure> MeasureAsync(MigratedTemplate template, ScorecardSize size)
    {
        int rows = size.Pick(500_000, 50_000),
            runs = size.Pick(3, 2);
        string file = Path.Combine(Path.GetTempPath(), $"callintel-replay-{Guid.NewGuid():N}.csv");
        try
        {
            await WriteAsync(file, new SeededFeed(rows, orgs: 1));
            List<double> resumed = [],
                forced = [],
                loads = [];
            for (int run = -1; run < runs; run++)
            {
                await using TestDatabase database = await template.CloneAsync();
                await using OrgSession session = await (await database.CreateOrgAsync("replay")).OpenSessionAsync(
                    OrgRole.Owner
                );
                await IngestLoad.CheckpointAsync(database.Admin);
                (TimeSpan load, IngestReport first) = await LoadAsync(session, file, after: null);
                string stored = await IngestLoad.ChecksumAsync(database.Admin, "callintel_private");
                await IngestLoad.CheckpointAsync(database.Admin);
                (TimeSpan resume, IngestReport rest) = await LoadAsync(session, file, first.Cursor);
                (TimeSpan again, IngestReport duplicates) = await LoadAsync(session, file, after: null);
                if (
                    first.Inserted != rows
                    || rest.Read != 0
                    || duplicates.Duplicate != rows
                    || stored != await IngestLoad.ChecksumAsync(database.Admin, "callintel_private")
                )
                    throw new InvalidOperationException(
                        $"Of {rows} rows, {first.Inserted} were inserted, {rest.Read} were read after the cursor, and "
                            + $"{duplicates.Duplicate} were duplicates."
                    );
                if (run < 0)
                    continue; // code is compiled in the first run
                resumed.Add(resume / load);
                forced.Add(again / load);
                loads.Add(rows / load.TotalSeconds);
            }
            string note = $"CSV file of {rows:N0} rows, first import {Figure.Median(loads):N0} rows/s";
            yield return Figure.Create(
                "ingest",
                "replay_vs_load",
                resumed,
                "ratio",
                0.1,
                false,
                $"import resumed after the cursor; {note}"
            );
            yield return Figure.Create(
                "ingest",
                "replay_forced_vs_load",
                forced,
                "ratio",
                0.6,
                false,
                $"import repeated from the beginning; {note}"
            );
        }
        finally
        {
            File.Delete(file);
        }
    }

    static async Task<(TimeSpan Elapsed, IngestReport Report)> LoadAsync(OrgSession session, string file, string? after)
    {
        Stopwatch watch = Stopwatch.StartNew();
        IngestReport report = await session.Ingestion.IngestAsync(
            new IngestSource(IngestSuite.SourceName, "csv"),
            CsvImporter.ReadAsync(file, Mapping, after)
        );
        return (watch.Elapsed, report);
    }

    static Dictionary<string, T> Names<T>()
        where T : struct, Enum => Enum.GetValues<T>().ToDictionary(value => value.ToString());

    static async Task WriteAsync(string file, SeededFeed feed)
    {
        await using StreamWriter writer = new(file);
        await writer.WriteLineAsync("id,time,channel,direction,outcome,party,seconds,body");
        foreach (EventRecord r in feed.GetRecords(0))
            await writer.WriteLineAsync(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{r.ExternalId},{r.OccurredAt:O},{r.Channel},{r.Direction},{r.Outcome},{r.Party},"
                        + $"{r.Duration?.TotalSeconds},{r.Body}"
                )
            );
    }
}
