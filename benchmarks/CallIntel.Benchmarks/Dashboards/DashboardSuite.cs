using System.Diagnostics;
using System.Globalization;
using CallIntel.Benchmarks.Generator;
using CallIntel.Benchmarks.Ingestion;
using CallIntel.Benchmarks.Scorecard;
using CallIntel.Sdk;
using CallIntel.Sdk.Dashboards;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using Npgsql;

namespace CallIntel.Benchmarks.Dashboards;

/// <summary>
/// The figures of dashboards, answered from cells: 200 thousand events, or 10 million with --long. The variable
/// CALLINTEL_DASHBOARD_EVENTS sets another number for --long.
/// </summary>
sealed class DashboardSuite : ISuite
{
    const int FewestRuns = 7;

    const double LongestMilliseconds = 5_000;

    static readonly int[] RangesInDays = [1, 30, 90];

    const string WithoutMarks = """
        create or replace function callintel_private.add_marks(org uuid, buckets timestamptz[], with_legs boolean[])
            returns void language sql as 'select';
        create or replace function callintel_private.mark_batch(org uuid, batch text, known uuid[])
            returns void language sql as 'select';
        do $do$
        declare
            original text := pg_get_functiondef('callintel.write_event'::regproc);
            changed  text := regexp_replace(
                original,
                'insert into callintel_private\.dirty_buckets[^;]+;',
                '');
        begin
            if changed = original then
                raise exception 'write_event has changed';
            end if;
            execute changed;
        end $do$;
        """;

    public string Name => "dashboards";

    public IAsyncEnumerable<Figure> RunAsync(PostgresServer server, ScorecardSize size) =>
        MeasureAsync(server, size, size.Pick(200_000, 200_000), 20, 2_000);

    public IAsyncEnumerable<Figure> RunLongAsync(PostgresServer server, ScorecardSize size) =>
        MeasureAsync(
            server,
            size,
            int.TryParse(Environment.GetEnvironmentVariable("CALLINTEL_DASHBOARD_EVENTS"), out int events)
                ? events
                : 10_000_000,
            200,
            100_000
        );

    async IAsyncEnumerable<Figure> MeasureAsync(
        PostgresServer server,
        ScorecardSize size,
        int rows,
        int orgs,
        int fewRows
    )
    {
        int runs = size.Pick(9, 3);
        await using MigratedTemplate template = await MigratedTemplate.CreateAsync(server, async admin =>
            await new CallIntelOperations(admin).EnsurePartitionsAsync(SeededFeed.FirstMonth, SeededFeed.LastMonth)
        );
        if (size.Wants("ingest_cost"))
            await foreach (
                Figure figure in IngestCostFigures.MeasureAsync(Name, "marks", WithoutMarks, 0.10, template, size)
            )
                yield return figure;
        if (size.Wants("stale_answers"))
            yield return await StaleAnswersFigure.MeasureAsync(Name, template, size);
        if (!size.Wants("vs_base_table", "vs_duckdb", "p95_ms", "growth", "wrong_cells"))
            yield break;
        await using DashboardData data = await DashboardData.CreateAsync(template, rows, orgs);
        if (size.Wants("vs_base_table"))
        {
            yield return await CompareAsync(data, "day", DashboardData.HomeZone, "vs_base_table", 100, runs);
            yield return await CompareAsync(data, "hour", "UTC", "vs_base_table_by_quarter_hour", null, runs);
        }
        if (size.Wants("vs_duckdb"))
            await foreach (Figure figure in DuckDbFigures.MeasureAsync(Name, data, runs))
                yield return figure;
        if (size.Wants("p95_ms", "growth"))
        {
            await using DashboardData small = await DashboardData.CreateAsync(template, fewRows, orgs);
            foreach (DashboardQuestion question in DashboardQuestion.All)
            await foreach (Figure figure in MeasureTimesAsync(data, small, question, rows, fewRows, runs))
                yield return figure;
        }
        if (!size.Wants("wrong_cells"))
            yield break;
        RollupCheck check = await new CallIntelOperations(data.Database.Admin).VerifyRollupsAsync();
        yield return Figure.Create(
            Name,
            "wrong_cells",
            [check.Wrong],
            "count",
            0,
            false,
            $"of {check.Compared} cells, compared with the events"
        );
    }

    /// <summary>Measures one question for the largest and the median org, and its growth with the data.</summary>
    async IAsyncEnumerable<Figure> MeasureTimesAsync(
        DashboardData data,
        DashboardData small,
        DashboardQuestion question,
        int rows,
        int fewRows,
        int runs
    )
    {
        List<double> growth = [];
        foreach ((string label, int rank) in new[] { ("largest", 0), ("median", data.Orgs.Count / 2) })
        {
            (TestOrg org, int count) = data.Orgs[rank];
            List<string> notes = [];
            double worst = 0;
            foreach (int days in RangesInDays)
            {
                double p95 = await PercentileAsync(org, question, days, runs);
                worst = Math.Max(worst, p95);
                notes.Add(string.Create(CultureInfo.InvariantCulture, $"{days} days {p95:0.0}"));
                if (rank == 0)
                    growth.Add(p95 / await PercentileAsync(small.Orgs[0].Org, question, days, runs));
            }
            yield return Figure.Create(
                Name,
                $"p95_ms_{question.Name}_{label}",
                [worst],
                "ms",
                50,
                false,
                $"{count} of {rows} events, as callintel_app, warm; p95 in ms: {string.Join(", ", notes)}"
            );
        }
        yield return Figure.Create(
            Name,
            $"growth_{question.Name}",
            growth,
            "ratio",
            1.5,
            false,
            $"p95 of the largest org, {rows} events in all, divided by the same with {fewRows}"
        );
    }

    /// <summary>Compares a figure of the largest org over 90 days with the same figure read from the events.</summary>
    async Task<Figure> CompareAsync(DashboardData data, string unit, string zone, string name, double? target, int runs)
    {
        (TestOrg org, int rows) = data.Orgs[0];
        double[] cells = new double[runs],
            events = new double[runs];
        for (int run = 0; run < runs; run++)
        {
            (cells[run], long ours) = await TimeAsync(data, org, unit, zone, true);
            (events[run], long theirs) = await TimeAsync(data, org, unit, zone, false);
            if (ours == 0 || ours != theirs)
                throw new InvalidOperationException($"Cells gave {ours} rows, events {theirs}.");
        }
        return Figure.Create(
            Name,
            name,
            [.. cells.Zip(events, (c, e) => e / c)],
            "ratio",
            target,
            true,
            string.Create(
                CultureInfo.InvariantCulture,
                $"largest org, {rows} events, 90 days by {unit} in {zone}; server time of cells "
                    + $"{Figure.Median(cells):0.00} ms, of events {Figure.Median(events):0.0} ms"
            )
        );
    }

    /// <summary>
    /// Asks for volume in one transaction. To measure without cells, the state of the org is deleted in the same
    /// transaction, which is rolled back.
    /// </summary>
    static async Task<(double Milliseconds, long Rows)> TimeAsync(
        DashboardData data,
        TestOrg org,
        string unit,
        string zone,
        bool fromCells
    )
    {
        await using NpgsqlConnection connection = await data.Database.Admin.OpenConnectionAsync();
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync();
        if (!fromCells)
            await new NpgsqlCommand(
                $"delete from callintel_private.rollup_states where org_id = '{org.Id.Value}'",
                connection,
                transaction
            ).ExecuteNonQueryAsync();
        await using (
            NpgsqlBatch context = new(connection, transaction)
            {
                BatchCommands =
                {
                    data.Database.DataSource.Database.BeginCommand(org.As(OrgRole.Viewer), (long)Permission.All),
                },
            }
        )
            await context.ExecuteNonQueryAsync();
        await using NpgsqlCommand warm = new(
            "select count(*) from callintel.smallest_group()",
            connection,
            transaction
        );
        await warm.ExecuteScalarAsync();
        await using NpgsqlCommand question = new(
            $"""
            explain (analyze, timing off, format json)
            select * from callintel.count_events('2026-01-01Z', '2026-04-01Z', '{unit}', '{zone}')
            """,
            connection,
            transaction
        );
        // The first call of a connection plans the statements of the functions.
        await question.ExecuteScalarAsync();
        string plan = (string)(await question.ExecuteScalarAsync())!;
        using System.Text.Json.JsonDocument json = System.Text.Json.JsonDocument.Parse(plan);
        System.Text.Json.JsonElement root = json.RootElement[0];
        return (
            root.GetProperty("Execution Time").GetDouble(),
            (long)root.GetProperty("Plan").GetProperty("Actual Rows").GetDouble()
        );
    }

    static async Task<double> PercentileAsync(TestOrg org, DashboardQuestion question, int days, int runs)
    {
        await using OrgSession session = await org.OpenSessionAsync(question.Role);
        TimeRange range = new(DashboardData.Begin.AddDays(90 - days), DashboardData.Begin.AddDays(90));
        List<double> times = [];
        // The first answers are not measured. A question that takes long is asked less often.
        for (int i = -3; i < runs * 7 && (i < FewestRuns || times.Sum() < LongestMilliseconds); i++)
        {
            long start = Stopwatch.GetTimestamp();
            await question.Ask(session.Dashboards, org, range);
            if (i >= 0)
                times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }
        times.Sort();
        return times[(int)Math.Ceiling(times.Count * 0.95) - 1];
    }
}
