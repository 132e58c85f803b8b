using System.Diagnostics;
using System.Globalization;
using CallIntel.Benchmarks.Generator;
using CallIntel.Benchmarks.Scorecard;
using CallIntel.Sdk;
using CallIntel.Sdk.Audit;
using CallIntel.Sdk.Ingestion;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using Npgsql;

namespace CallIntel.Benchmarks.Audit;

/// <summary>How fast the ledgers are sealed, and whether tampering is found.</summary>
static class SealFigures
{
    /// <summary>
    /// Twenty times as many as the required rate of an import, a million records in half an hour. An import files two
    /// entries for a batch of thousands of records, so seals keep up even if every record had an entry of its own.
    /// </summary>
    const double Target = 20 * 1_000_000 / (30 * 60.0);

    internal static async Task<Figure> SpeedAsync(MigratedTemplate template, ScorecardSize size)
    {
        int rows = size.Pick(200_000, 20_000);
        await using TestDatabase database = await template.CloneAsync();
        TestOrg org = await database.CreateOrgAsync("sealed");
        CallIntelOperations operations = new(database.Admin);
        SealKeyRing keys = new(SealKey.Create("benchmark"));
        await SealAllAsync(operations, keys, null);
        List<double> speeds = [];
        for (int run = 0; run < size.Pick(9, 3); run++)
        {
            await FileAsync(database, org, rows);
            long started = Stopwatch.GetTimestamp();
            long entries = await SealAllAsync(operations, keys, null);
            speeds.Add(entries / Stopwatch.GetElapsedTime(started).TotalSeconds);
        }
        return Figure.Create(
            "audit",
            "seal_rows_per_second",
            speeds,
            "rows/s",
            Target,
            true,
            $"{rows:N0} entries of one org, in transactions of 5,000; fsync on"
        );
    }

    /// <summary>
    /// Imports while a worker seals, once a second, and asks how old the oldest entry without a seal is.
    /// </summary>
    internal static async Task<Figure> LagAsync(MigratedTemplate template, ScorecardSize size)
    {
        int rows = size.Pick(200_000, 20_000);
        await using TestDatabase database = await template.CloneAsync();
        TestOrg org = await database.CreateOrgAsync("imported");
        CallIntelOperations operations = new(database.Admin);
        SealKeyRing keys = new(SealKey.Create("benchmark"));
        await using OrgSession session = await org.OpenSessionAsync(OrgRole.Owner);
        long started = Stopwatch.GetTimestamp();
        Task<IngestReport> import = session.Ingestion.IngestAsync(
            new IngestSource("generated"),
            new SeededFeed(rows, orgs: 1).GetRecords(0).Take(rows).ToAsyncEnumerable()
        );
        List<double> lags = [];
        long entries = 0;
        while (!import.IsCompleted)
        {
            await Task.WhenAny(import, Task.Delay(TimeSpan.FromSeconds(1)));
            lags.Add((await operations.GetLedgerSealStateAsync()).Lag.TotalSeconds);
            entries += (await operations.SealLedgersAsync(keys)).Entries;
        }
        IngestReport report = await import;
        double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        return Figure.Create(
            "audit",
            "seal_lag_during_import",
            lags,
            "s",
            null,
            false,
            string.Create(
                CultureInfo.InvariantCulture,
                $"before each seal, once a second; {report.Inserted:N0} records in {seconds:0} s, {entries:N0} entries"
            )
        );
    }

    /// <summary>A superuser edits, removes, adds, moves and exchanges entries, and rolls the ledgers back.</summary>
    internal static async Task<Figure> TampersAsync(MigratedTemplate template, int rounds)
    {
        await using TestDatabase database = await template.CloneAsync();
        TestOrg org = await database.CreateOrgAsync("tampered");
        CallIntelOperations operations = new(database.Admin);
        SealKeyRing keys = new(SealKey.Create("benchmark"));
        FileCheckpointSink sink = new(Directory.CreateTempSubdirectory("checkpoints").FullName);
        await FileAsync(database, org, 60);
        await SealAllAsync(operations, keys, sink);
        await ExecuteAsync(database, TamperSql.Save("older"));
        await FileAsync(database, org, 20);
        await SealAllAsync(operations, keys, sink);
        await ExecuteAsync(database, TamperSql.Save("present"));
        int missed = 0,
            alarms = 0;
#pragma warning disable CA5394 // the places must be reproducible
        Random random = new(20261130);
#pragma warning restore CA5394
        foreach (string kind in TamperSql.Kinds)
            for (int round = 0; round < rounds; round++)
            {
                (string sql, Guid[] victims) = await TamperSql.CreateAsync(database, org.Id, kind, random);
                await ExecuteAsync(database, sql);
                AuditVerification found = await operations.VerifyLedgersAsync(org.Id, keys, sink);
                if (!victims.All(v => found.Findings.Any(f => f.EntryId == v)) || found.IsIntact)
                    missed++;
                await ExecuteAsync(database, TamperSql.Restore("present"));
                if (round % 20 == 0 && !(await operations.VerifyLedgersAsync(org.Id, keys, sink)).IsIntact)
                    alarms++;
            }
        return Figure.Create(
            "audit",
            "tampers_missed",
            [missed],
            "count",
            0,
            false,
            string.Create(
                CultureInfo.InvariantCulture,
                $"{TamperSql.Kinds.Count} kinds x {rounds} times as a superuser, each named; {alarms} false alarms"
            )
        );
    }

    /// <summary>Seals until nothing is left: transactions elsewhere on the server delay seals.</summary>
    static async Task<long> SealAllAsync(CallIntelOperations operations, SealKeyRing keys, ICheckpointSink? sink)
    {
        long entries = 0;
        do entries += (await operations.SealLedgersAsync(keys, sink)).Entries;
        while ((await operations.GetLedgerSealStateAsync()).Lag > TimeSpan.Zero);
        return entries;
    }

    static Task FileAsync(TestDatabase database, TestOrg org, int rows) =>
        ExecuteAsync(
            database,
            $"""
            insert into callintel_private.audit_log (org_id, id, member_id, action, object, row_count, request_id)
            select '{org.Id}', x.id, gen_random_uuid(), 'store', 'events', n, gen_random_uuid()
              from generate_series(1, {rows}) n, lateral (select callintel_private.new_id() as id where n > 0) x
            """
        );

    static async Task ExecuteAsync(TestDatabase database, string sql)
    {
        await using NpgsqlCommand command = database.Admin.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}
