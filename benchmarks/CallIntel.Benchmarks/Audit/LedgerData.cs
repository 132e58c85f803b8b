using CallIntel.Benchmarks.Generator;
using CallIntel.Sdk;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using Npgsql;

namespace CallIntel.Benchmarks.Audit;

/// <summary>An org whose events all have content.</summary>
static class LedgerData
{
    internal const int PageSize = 50;

    internal static async Task<(MigratedTemplate Template, TestDatabase Database, TestOrg Org)> CreateAsync(
        PostgresServer server,
        int events
    )
    {
        MigratedTemplate template = await MigratedTemplate.CreateAsync(server, async admin =>
        {
            CallIntelOperations operations = new(admin);
            await operations.EnsurePartitionsAsync(SeededFeed.FirstMonth, SeededFeed.LastMonth);
            DateOnly today = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime);
            await operations.EnsurePartitionsAsync(today, today.AddMonths(1));
        });
        TestDatabase database = await template.CloneAsync();
        TestOrg org = await database.CreateOrgAsync("org");
        await using (OrgSession owner = await org.OpenSessionAsync(OrgRole.Owner))
            await owner.Ingestion.IngestAsync(
                new IngestSource("generated"),
                new SeededFeed(events * 4, orgs: 1)
                    .GetRecords(0)
                    .Where(r => r.Channel is not EventChannel.Call)
                    .Take(events)
                    .Select(r => r with { Body = r.Body ?? "The parcel arrives tomorrow between nine and eleven." })
                    .ToAsyncEnumerable()
            );
        await using (NpgsqlCommand analyze = database.Admin.CreateCommand("vacuum analyze"))
            await analyze.ExecuteNonQueryAsync();
        return (template, database, org);
    }
}
