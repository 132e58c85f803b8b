using System.Diagnostics;
using System.Globalization;
using CallIntel.Benchmarks.Scorecard;
using CallIntel.Sdk;
using CallIntel.Sdk.Dashboards;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using DuckDB.NET.Data;
using Npgsql;

namespace CallIntel.Benchmarks.Dashboards;

/// <summary>
/// Compares volume of the largest org over 90 days with DuckDB, which scans a table of columns in the process of the
/// application. DuckDB has the metadata of all orgs, no row-level security, counts records instead of conversations and
/// is not kept up to date, so it does less; the comparison says what a column store would gain.
/// </summary>
static class DuckDbFigures
{
    internal static async IAsyncEnumerable<Figure> MeasureAsync(string suite, DashboardData data, int runs)
    {
        using DuckDBConnection duck = new("DataSource=:memory:");
        await duck.OpenAsync();
        await RunAsync(
            duck,
            """
            create table events (
                org_id uuid, occurred_at timestamp, channel utinyint, direction utinyint, duration_s integer)
            """
        );
        await CopyAsync(data, duck);
        (TestOrg org, int rows) = data.Orgs[0];
        TimeRange range = new(DashboardData.Begin, DashboardData.Begin.AddDays(90));
        await using OrgSession viewer = await org.OpenSessionAsync(OrgRole.Viewer);
        // DuckDB has no time zones without an extension, so both count days and hours of UTC.
        foreach ((string unit, Grain grain) in new[] { ("day", Grain.Day), ("hour", Grain.Hour) })
        {
            double[] ours = new double[runs],
                theirs = new double[runs];
            for (int run = -2; run < runs; run++)
            {
                long start = Stopwatch.GetTimestamp();
                int answered = (await viewer.Dashboards.VolumeAsync(range, grain)).Rows.Count;
                double first = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
                start = Stopwatch.GetTimestamp();
                int counted = await CountAsync(duck, org, unit);
                double second = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
                if (answered == 0 || counted == 0)
                    throw new InvalidOperationException("A question has no answer.");
                if (run >= 0)
                    (ours[run], theirs[run]) = (first, second);
            }
            yield return Figure.Create(
                suite,
                $"vs_duckdb_{unit}",
                [.. ours.Zip(theirs, (o, t) => t / o)],
                "ratio",
                null,
                true,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"largest org, {rows} events, 90 days by {unit} of UTC; DuckDB in process "
                        + $"{Figure.Median(theirs):0.0} ms, ours with the round trip {Figure.Median(ours):0.0} ms"
                )
            );
        }
    }

    static async Task CopyAsync(DashboardData data, DuckDBConnection duck)
    {
        using DuckDBAppender appender = duck.CreateAppender("events");
        await using NpgsqlConnection connection = await data.Database.Admin.OpenConnectionAsync();
        await using NpgsqlBinaryExporter events = await connection.BeginBinaryExportAsync(
            """
            copy (select org_id, occurred_at at time zone 'UTC', channel, direction, coalesce(duration_s, 0)
                    from callintel_private.events order by org_id, id) to stdout (format binary)
            """
        );
        while (await events.StartRowAsync() >= 0)
            appender
                .CreateRow()
                .AppendValue(await events.ReadAsync<Guid>())
                .AppendValue(await events.ReadAsync<DateTime>())
                .AppendValue((byte)await events.ReadAsync<short>())
                .AppendValue((byte)await events.ReadAsync<short>())
                .AppendValue(await events.ReadAsync<int>())
                .EndRow();
    }

    static async Task<int> CountAsync(DuckDBConnection duck, TestOrg org, string unit)
    {
        using DuckDBCommand command = duck.CreateCommand();
        command.CommandText = $"""
            select date_trunc('{unit}', occurred_at) as bucket, channel, direction, count(*), sum(duration_s)
              from events
             where org_id = '{org.Id.Value}' and occurred_at >= '2026-01-01' and occurred_at < '2026-04-01'
             group by all
             order by all
            """;
        using System.Data.Common.DbDataReader reader = await command.ExecuteReaderAsync();
        int rows = 0;
        while (await reader.ReadAsync())
        {
            _ = (reader.GetDateTime(0), reader.GetValue(3), reader.GetValue(4));
            rows++;
        }
        return rows;
    }

    static async Task RunAsync(DuckDBConnection duck, string sql)
    {
        using DuckDBCommand command = duck.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync();
    }
}
