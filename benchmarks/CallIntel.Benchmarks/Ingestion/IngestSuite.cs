using CallIntel.Benchmarks.Generator;
using CallIntel.Benchmarks.Ingestion.Peers;
using CallIntel.Benchmarks.Scorecard;
using CallIntel.Sdk;
using CallIntel.Sdk.Testing;

namespace CallIntel.Benchmarks.Ingestion;

/// <summary>
/// Compares ingestion of batches and of single records with the limits of PostgreSQL and with other libraries.
/// </summary>
sealed class IngestSuite : ISuite
{
    internal const string SourceName = "generated";

    public string Name => "ingest";

    public async IAsyncEnumerable<Figure> RunAsync(PostgresServer server, ScorecardSize size)
    {
        await using MigratedTemplate template = await CreateTemplateAsync(server);
        if (size.Wants("stream_1_row_vs_insert"))
            yield return await StreamFigure.MeasureAsync(template, size);
        if (size.Wants("pipeline_vs_copy", "memory_growth_MB"))
            await foreach (Figure figure in PipelineFigures.MeasureAsync(template, size))
                yield return figure;
        if (size.Wants("allocated_B_per_row"))
            yield return await AllocationFigure.MeasureAsync(template, size);
        await foreach (Figure figure in UpsertFigures.MeasureAsync(template, size))
            yield return figure;
        if (size.Wants("replay_vs_load", "replay_forced_vs_load"))
            await foreach (Figure figure in ReplayFigures.MeasureAsync(template, size))
                yield return figure;
        if (size.Wants("importer_vs_encoder", "importer_vs_encoder_cpu"))
            await foreach (Figure figure in CopyEncoders.MeasureAsync(Name, template))
                yield return figure;
    }

    public async IAsyncEnumerable<Figure> RunLongAsync(PostgresServer server, ScorecardSize size)
    {
        await using MigratedTemplate template = await CreateTemplateAsync(server);
        // first, because memory that other figures allocate would hide the growth
        if (size.Wants("growth_10M", "memory_growth_MB"))
            await foreach (Figure figure in GrowthFigures.MeasureAsync(template, size))
                yield return figure;
        if (size.Wants("kill_lost", "kill_duplicated"))
            await foreach (Figure figure in KillFigures.MeasureAsync(template, size))
                yield return figure;
    }

    /// <summary>
    /// Creates a template with partitions for the months of the records and of the audit log, because rows in default
    /// partitions cost more (operations guide).
    /// </summary>
    static Task<MigratedTemplate> CreateTemplateAsync(PostgresServer server) =>
        MigratedTemplate.CreateAsync(server, async admin =>
        {
            CallIntelOperations operations = new(admin);
            DateOnly today = DateOnly.FromDateTime(DateTime.UtcNow);
            await operations.EnsurePartitionsAsync(SeededFeed.FirstMonth, SeededFeed.LastMonth);
            await operations.EnsurePartitionsAsync(today, today.AddMonths(1));
        });
}
