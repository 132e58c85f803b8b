using System.Diagnostics;
using CallIntel.Benchmarks.Generator;
using CallIntel.Benchmarks.Scorecard;
using CallIntel.Sdk;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using Npgsql;

namespace CallIntel.Benchmarks.Ingestion;

/// <summary>
/// Kills an ingestion at a random time and runs it again, a hundred times. Kills the process of the client with SIGKILL
/// and its connections in the server alternately.
/// </summary>
static class KillFigures
{
    internal static async IAsyncEnumerable<Figure> MeasureAsync(MigratedTemplate template, ScorecardSize size)
    {
        int kills = size.Pick(100, 10),
            rows = size.Pick(40_000, 20_000);
        await using TestDatabase database = await template.CloneAsync();
        string keys = Path.Combine(Path.GetTempPath(), $"callintel-keys-{Guid.NewGuid():N}.json");
        database.SigningKeys.Save(keys);
        try
        {
            (long Events, long Ids, long Contents) whole = await RunWithoutKillAsync(database, rows);
            double[] lengths = new double[3];
            for (int run = 0; run < lengths.Length; run++)
                lengths[run] = (await MeasureLengthAsync(database, keys, rows)).TotalSeconds;
            TimeSpan length = TimeSpan.FromSeconds(Figure.Median(lengths));
            long lost = 0,
                duplicated = 0;
            int midway = 0;
#pragma warning disable CA5394 // the times of the kills must be reproducible
            Random random = new(20260101);
            for (int kill = 0; kill < kills; kill++)
            {
                TestOrg org = await database.CreateOrgAsync($"kill {kill}");
                await RunAndKillAsync(
                    database,
                    keys,
                    org,
                    rows,
                    random.NextDouble() * length,
                    killsClient: kill % 2 == 0
                );
                long before = (await CountStoredAsync(database, org)).Events;
                midway += before > 0 && before < rows ? 1 : 0;
                await using OrgSession session = await org.OpenSessionAsync(OrgRole.Owner);
                await KillableClient.LoadAsync(session, rows);
                (long Events, long Ids, long Contents) after = await CountStoredAsync(database, org);
                lost += Math.Max(0, whole.Ids - after.Ids) + Math.Max(0, whole.Contents - after.Contents);
                duplicated += Math.Max(0, after.Events - after.Ids) + Math.Max(0, after.Contents - whole.Contents);
            }
#pragma warning restore CA5394
            string note =
                $"{kills} kills at random times of an ingestion of {rows:N0} rows, {midway} of them after a part was "
                + "committed; then run again";
            yield return Figure.Create("ingest", "kill_lost", [lost], "count", 0, false, note);
            yield return Figure.Create("ingest", "kill_duplicated", [duplicated], "count", 0, false, note);
        }
        finally
        {
            File.Delete(keys);
        }
    }

    static async Task<(long, long, long)> RunWithoutKillAsync(TestDatabase database, int rows)
    {
        TestOrg org = await database.CreateOrgAsync("not killed");
        await using OrgSession session = await org.OpenSessionAsync(OrgRole.Owner);
        await KillableClient.LoadAsync(session, rows);
        (long Events, long Ids, long Contents) stored = await CountStoredAsync(database, org);
        return
            stored.Events == rows
            && stored.Ids == rows
            && stored.Contents == new SeededFeed(rows, orgs: 1).GetRecords(0).Count(r => r.Body is not null)
            ? stored
            : throw new InvalidOperationException($"An ingestion that was not killed stored {stored} of {rows} rows.");
    }

    /// <summary>
    /// Measures the time of an ingestion that is not killed, between the two lines that the process prints.
    /// </summary>
    static async Task<TimeSpan> MeasureLengthAsync(TestDatabase database, string keys, int rows)
    {
        TestOrg org = await database.CreateOrgAsync("length");
        using Process client = KillableClient.Start(database, keys, org.As(OrgRole.Owner), rows);
        await client.StandardOutput.ReadLineAsync();
        Stopwatch watch = Stopwatch.StartNew();
        await client.StandardOutput.ReadLineAsync();
        watch.Stop();
        await client.WaitForExitAsync();
        return client.ExitCode == 0
            ? watch.Elapsed
            : throw new InvalidOperationException($"The client ended with exit code {client.ExitCode}.");
    }

    static async Task RunAndKillAsync(
        TestDatabase database,
        string keys,
        TestOrg org,
        int rows,
        TimeSpan delay,
        bool killsClient
    )
    {
        using Process process = KillableClient.Start(database, keys, org.As(OrgRole.Owner), rows);
        await process.StandardOutput.ReadLineAsync();
        await Task.Delay(delay);
        if (killsClient)
            process.Kill();
        else
        {
            await using NpgsqlCommand cut = database.Admin.CreateCommand(
                $"""
                select count(pg_terminate_backend(pid)) from pg_catalog.pg_stat_activity
                 where application_name = '{KillableClient.Verb}' and datname = current_database()
                """
            );
            await cut.ExecuteNonQueryAsync();
        }
        await process.WaitForExitAsync();
    }

    static async Task<(long Events, long Ids, long Contents)> CountStoredAsync(TestDatabase database, TestOrg org)
    {
        await using NpgsqlCommand command = database.Admin.CreateCommand(
            """
            select count(*), count(distinct e.external_id),
                   (select count(*) from callintel_private.event_contents c where c.org_id = $1)
              from callintel_private.events e where e.org_id = $1
            """
        );
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = org.Id.Value });
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync();
        await reader.ReadAsync();
        return (reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2));
    }
}
