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
    const int Suppressed = 10_000,
        RecordsOfNumber = 100;

    internal static async Task<Figure> MeasureAsync(MigratedTemplate template, bool quick)
    {
        int records = quick ? 2_000 : 10_000;
        await using TestDatabase database = await template.CloneAsync();
        await using SubjectOrg with = await SubjectOrg.CreateAsync(database, "with"),
            without = await SubjectOrg.CreateAsync(database, "without");
        await SuppressAsync(database, with);
        await using (NpgsqlCommand analyze = database.Admin.CreateCommand("vacuum analyze"))
            await analyze.ExecuteNonQueryAsync();
        int ours = 0,
            theirs = 0;
        Interleaved.Comparison cost = await Interleaved.CompareAsync(
            async _ => await StoreAsync(with, ours++, records),
            async _ => await StoreAsync(without, theirs++, records),
            calls: 3,
            runs: quick ? 3 : 9
        );
        return Figure.Create(
            SubjectRequestsSuite.Name,
            "suppression_cost",
            [.. cost.Ratios.Select(ratio => ratio - 1)],
            "ratio",
            0.03,
            false,
            $"{cost.Note}; the time that an import of {records:N0} records, {records / RecordsOfNumber} of them of new "
                + $"numbers, takes more in an org with {Suppressed:N0} suppressed numbers; loopback, fsync on"
        );
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
