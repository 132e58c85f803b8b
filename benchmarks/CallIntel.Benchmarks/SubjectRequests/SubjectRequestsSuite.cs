using CallIntel.Benchmarks.Scorecard;
using CallIntel.Sdk;
using CallIntel.Sdk.Testing;

namespace CallIntel.Benchmarks.SubjectRequests;

/// <summary>
/// What erasures leave, what exports and discovery miss or add, the cost of suppression at ingest, and whether random
/// sequences of requests, holds, imports, restores and kills keep their promises.
/// </summary>
sealed class SubjectRequestsSuite : ISuite
{
    internal const string Name = "dsr";

    string ISuite.Name => Name;

    public async IAsyncEnumerable<Figure> RunAsync(PostgresServer server, ScorecardSize size)
    {
        await using MigratedTemplate template = await CreateTemplateAsync(server);
        if (size.Wants("suppression_cost"))
            yield return await SuppressionFigure.MeasureAsync(template, size);
        if (size.Wants("erasure_leftovers", "erasure_remnants"))
            foreach (Figure figure in await LeftoverFigures.MeasureAsync())
                yield return figure;
        if (size.Wants("foreign_rows_in_export", "discovery_recall"))
            foreach (
                Figure figure in await ExportFigures.MeasureAsync(
                    template,
                    persons: size.Pick(10_000, 1_000),
                    exports: size.Pick(100, 10),
                    discoveries: size.Pick(1_000, 50)
                )
            )
                yield return figure;
        foreach (int events in size.IsReduced ? [10, 1_000] : (int[])[10, 1_000, 100_000])
            if (size.Wants($"erasure_seconds_{events}"))
                yield return await ErasureTimeFigure.MeasureAsync(template, events, runs: events > 1_000 ? 1 : 5);
        if (size.Wants("model_steps", "broken_invariants"))
            foreach (
                Figure figure in await ModelFigures.MeasureAsync(
                    template,
                    steps: size.Pick(10_000, 2_000),
                    crashEvery: 4,
                    killEvery: 3,
                    restoreEvery: 4
                )
            )
                yield return figure;
    }

    public async IAsyncEnumerable<Figure> RunLongAsync(PostgresServer server, ScorecardSize size)
    {
        await using MigratedTemplate template = await CreateTemplateAsync(server);
        if (size.Wants("model_steps", "broken_invariants"))
            foreach (
                Figure figure in await ModelFigures.MeasureAsync(
                    template,
                    size.Pick(100_000, 20_000),
                    crashEvery: 1,
                    killEvery: 2,
                    restoreEvery: 8
                )
            )
                yield return figure;
        if (size.Wants("foreign_rows_in_export", "discovery_recall"))
            foreach (
                Figure figure in await ExportFigures.MeasureAsync(
                    template,
                    persons: 10_000,
                    exports: 1_000,
                    discoveries: 10_000
                )
            )
                yield return figure;
    }

    internal static Task<MigratedTemplate> CreateTemplateAsync(PostgresServer server) =>
        MigratedTemplate.CreateAsync(server, async admin =>
        {
            CallIntelOperations operations = new(admin);
            await operations.EnsurePartitionsAsync(new DateOnly(2026, 1, 1), new DateOnly(2026, 4, 1));
            DateOnly today = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime);
            await operations.EnsurePartitionsAsync(today, today.AddMonths(1));
        });
}
