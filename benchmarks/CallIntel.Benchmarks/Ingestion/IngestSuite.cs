using System.Diagnostics;
using CallIntel.Benchmarks.Generator;
using CallIntel.Benchmarks.Scorecard;
using CallIntel.Sdk.Access;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using Npgsql;

namespace CallIntel.Benchmarks.Ingestion;

/// <summary>Our full pipeline beside a bare COPY of the same rows: A B A B, each on a fresh database.</summary>
sealed class IngestSuite : ISuite
{
    internal const string SourceName = "generated";

    public string Name => "ingest";

    public async IAsyncEnumerable<Figure> RunAsync(PostgresServer server, bool quick)
    {
        SeededFeed feed = new(quick ? 100_000 : 1_000_000);
        int rows = Enumerable.Range(0, feed.Orgs).Sum(feed.RowsOf), runs = quick ? 2 : 3;
        await using MigratedTemplate template = await MigratedTemplate.CreateAsync(
            server, async admin => await new CallIntelOperations(admin).EnsurePartitionsAsync(SeededFeed.FirstMonth, SeededFeed.LastMonth));

        yield return await StreamFigure.MeasureAsync(template, quick);

        await MeasureOursAsync(template, new SeededFeed(200_000));  // compiles, and recompiles what is hot
        (TimeSpan ours, CpuTime oursCpu, long growth, string oursSum) = await MeasureOursAsync(template, feed);
        RawCopy raw = RawCopy.Prepare(feed);
        List<double> ratios = [], oursRates = [], rawRates = [];
        string processor = "";
        for (int run = 0; run < runs; run++)
        {
            if (run > 0)
                (ours, oursCpu, _, oursSum) = await MeasureOursAsync(template, feed);
            (TimeSpan bare, CpuTime rawCpu, string rawSum) = await MeasureRawAsync(template, raw, feed);
            if (oursSum != rawSum)
                throw new InvalidOperationException($"The two loads ended differently: {oursSum} and {rawSum}.");
            ratios.Add(bare / ours);
            oursRates.Add(rows / ours.TotalSeconds);
            rawRates.Add(rows / bare.TotalSeconds);
            processor = $"processor seconds client + server: {oursCpu.Client:0.0} + {oursCpu.Server:0.0}, COPY {rawCpu.Client:0.0} + {rawCpu.Server:0.0}";
        }
        yield return Figure.Of(Name, "pipeline_vs_copy", ratios, "ratio", 0.4, true,
            $"{rows:N0} rows, ours {Figure.Median(oursRates):N0} rows/s, COPY {Figure.Median(rawRates):N0} rows/s; {processor}");
        yield return Figure.Of(Name, "memory_growth_MB", [growth / 1048576.0], "MB", 150, false, $"peak working set while {rows:N0} rows were ingested, less that before");
        await foreach (Figure figure in CopyEncoders.MeasureAsync(Name, template))
            yield return figure;
    }

    static async Task<(TimeSpan Elapsed, CpuTime Cpu, long Growth, string Sum)> MeasureOursAsync(MigratedTemplate template, SeededFeed feed)
    {
        await using TestDatabase database = await template.CloneAsync();
        List<OrgSession> sessions = [];
        for (int org = 0; org < feed.Orgs; org++)
            sessions.Add(await (await database.CreateOrgAsync($"org {org}")).OpenSessionAsync(OrgRole.Owner));
        await CheckpointAsync(database.Admin);

        using WorkingSet memory = WorkingSet.Watch();
        CpuTime before = await CpuTime.NowAsync(database.Admin);
        Stopwatch watch = Stopwatch.StartNew();
        // sources of several orgs run side by side, as a host runs them; within one, batches are merged one after the other
        await Parallel.ForAsync(0, feed.Orgs, new ParallelOptions { MaxDegreeOfParallelism = 2 }, async (org, cancellationToken) =>
        {
            IngestReport report = await sessions[org].Events.IngestAsync(new IngestSource(SourceName), Async(feed.RecordsOf(org)), cancellationToken: cancellationToken);
            if (report.Inserted != feed.RowsOf(org))
                throw new InvalidOperationException($"Inserted {report.Inserted} of {feed.RowsOf(org)} rows.");
        });
        watch.Stop();
        return (watch.Elapsed, await CpuTime.NowAsync(database.Admin) - before, memory.Growth, await SumAsync(database.Admin, "callintel"));
    }

    static async Task<(TimeSpan Elapsed, CpuTime Cpu, string Sum)> MeasureRawAsync(MigratedTemplate template, RawCopy raw, SeededFeed feed)
    {
        await using TestDatabase database = await template.CloneAsync();
        await RawCopy.CreateTablesAsync(database.Admin);
        Guid[] orgs = [.. Enumerable.Range(0, feed.Orgs).Select(_ => Guid.NewGuid())];
        await CheckpointAsync(database.Admin);
        CpuTime before = await CpuTime.NowAsync(database.Admin);
        Stopwatch watch = Stopwatch.StartNew();
        await raw.LoadAsync(database.Admin, orgs);
        watch.Stop();
        return (watch.Elapsed, await CpuTime.NowAsync(database.Admin) - before, await SumAsync(database.Admin, "raw"));
    }

    static async Task CheckpointAsync(NpgsqlDataSource admin)
    {
        await using NpgsqlCommand command = admin.CreateCommand("checkpoint");
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Counts and checksums of what was stored; ids of orgs and contacts and the bytes of envelopes are random and left out.</summary>
    static async Task<string> SumAsync(NpgsqlDataSource admin, string schema)
    {
        await using NpgsqlCommand command = admin.CreateCommand($"""
            select (select count(*) || ' ' || sum(hashtext(id::text || occurred_at || channel || direction || outcome || external_id)::bigint) from {schema}.events) || ' '
                || (select count(*) || ' ' || sum(hashtext(event_id::text || length(body))::bigint) from {schema}.event_contents)
            """);
        command.CommandTimeout = 0;
        return (string)(await command.ExecuteScalarAsync())!;
    }

    static async IAsyncEnumerable<EventRecord> Async(IEnumerable<EventRecord> records)
    {
        await Task.CompletedTask;
        foreach (EventRecord record in records)
            yield return record;
    }
}
