using System.Diagnostics;
using System.Globalization;
using CallIntel.Benchmarks.Ingestion;
using CallIntel.Benchmarks.Scorecard;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion;
using CallIntel.Sdk.SubjectRequests;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using Npgsql;

namespace CallIntel.Benchmarks.SubjectRequests;

/// <summary>
/// Imports the same records into an org that suppresses 10,000 other numbers and into one that suppresses none,
/// alternately. One record in a hundred is of a number that the org has not seen before.
/// </summary>
static class SuppressionFigure
{
    /// <summary>The time that an import took, in seconds.</summary>
    readonly record struct Cost(double Processor, double Elapsed);

    const int Suppressed = 10_000,
        RecordsOfNumber = 100,
        WarmUps = 60,
        Rounds = 100;

    internal static async Task<Figure> MeasureAsync(MigratedTemplate template, ScorecardSize size)
    {
        int records = size.Pick(10_000, 2_000);
        await using TestDatabase database = await template.CloneAsync();
        await using SubjectOrg with = await SubjectOrg.CreateAsync(database, "with"),
            without = await SubjectOrg.CreateAsync(database, "without"),
            last = await SubjectOrg.CreateAsync(database, "last");
        await SuppressAsync(database, with);
        // Ids of orgs rise. An org behind both keeps either from inserting at the end of indexes, which is cheaper.
        await StoreAsync(last, 0, records);
        string name = new NpgsqlConnectionStringBuilder(database.AppConnectionString).Database!;
        List<double> processor = [],
            elapsed = [];
        // The first rounds compile code, prepare statements, and learn that the org has suppressed numbers.
        for (int round = -WarmUps; round < Rounds; round++)
        {
            // Then both replan their statements for tables of the same size. Otherwise the org that went first would
            // keep plans for empty tables, which differ by more than what suppression costs.
            if (round == 1 - WarmUps)
                await using (NpgsqlCommand analyze = database.Admin.CreateCommand("vacuum analyze"))
                    await analyze.ExecuteNonQueryAsync();
            // Which org goes first alternates, because an import can leave work for the one behind it.
            SubjectOrg[] order = round % 2 == 0 ? [with, without] : [without, with];
            Dictionary<SubjectOrg, Cost> costs = [];
            foreach (SubjectOrg org in order)
                costs[org] = await MeasureAsync(name, org, round + WarmUps, records);
            if (round < 0)
                continue;
            processor.Add((costs[with].Processor / costs[without].Processor) - 1);
            elapsed.Add((costs[with].Elapsed / costs[without].Elapsed) - 1);
        }
        return Figure.Create(
            SubjectRequestsSuite.Name,
            "suppression_cost",
            processor,
            "ratio",
            0.03,
            false,
            string.Create(
                CultureInfo.InvariantCulture,
                $"the processor time of client and sessions that an import of {records:N0} records, "
                    + $"{records / RecordsOfNumber} of them of new numbers, takes more in an org with {Suppressed:N0} "
                    + $"suppressed numbers; elapsed time {Figure.Median(elapsed):0.000} ({elapsed.Min():0.000} to "
                    + $"{elapsed.Max():0.000}); loopback, fsync on"
            )
        );
    }

    static async Task<Cost> MeasureAsync(string database, SubjectOrg org, int call, int records)
    {
        CpuTime before = CpuTime.OfSessions(database);
        long start = Stopwatch.GetTimestamp();
        if (await StoreAsync(org, call, records) != records)
            throw new InvalidOperationException("An import did not store all of its records.");
        double elapsed = Stopwatch.GetElapsedTime(start).TotalSeconds;
        CpuTime used = CpuTime.OfSessions(database) - before;
        return new Cost(used.Client + used.Server, elapsed);
    }

    /// <summary>One number by the SDK, which creates the key, and the rest as digests of nobody.</summary>
    static async Task SuppressAsync(TestDatabase database, SubjectOrg org)
    {
        await org.Admin.SubjectRequests.SuppressNumberAsync("+4599999999");
        await using NpgsqlCommand insert = database.Admin.CreateCommand(
            """
            insert into callintel_private.suppressions (org_id, number_digest, reason, added_by)
            select $1, gen_random_uuid(), 1, $2 from generate_series(2, $3)
            """
        );
        insert.Parameters.Add(new NpgsqlParameter { Value = org.Org.Id.Value });
        insert.Parameters.Add(new NpgsqlParameter { Value = org.Org.Members[OrgRole.Admin].Value });
        insert.Parameters.Add(new NpgsqlParameter { Value = Suppressed });
        await insert.ExecuteNonQueryAsync();
    }

    static async Task<long> StoreAsync(SubjectOrg org, int call, int records)
    {
        IngestReport report = await org.IngestAsync(
            Enumerable
                .Range(0, records)
                .Select(i =>
                    SubjectOrg.Message(
                        $"+45{20_000_000 + (call * records / RecordsOfNumber) + (i / RecordsOfNumber)}",
                        $"{org.Org.Id}-{call}-{i}",
                        (call * records) + i,
                        "The parcel arrives tomorrow between nine and eleven, please leave the gate open."
                    )
                )
        );
        return report.Inserted;
    }
}
