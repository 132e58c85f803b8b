using CallIntel.Sdk.Privacy;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using static CallIntel.Sdk.IntegrationTests.Privacy.PrivacyHarness;

namespace CallIntel.Sdk.IntegrationTests.Privacy;

/// <summary>
/// Tests that parallel scans return the same rows as one process, and that the policies allow parallel scans: a
/// function that is not parallel safe would prevent them.
/// </summary>
public sealed class ParallelScanTests(DatabaseFixture fixture) : IClassFixture<DatabaseFixture>
{
    const string Cheap =
        "set local parallel_setup_cost = 0; set local parallel_tuple_cost = 0; set local "
        + "min_parallel_table_scan_size = 0; set local enable_indexscan = off; set local enable_bitmapscan = off;";

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_role_counts_the_same_rows_with_and_without_parallel_workers()
    {
        (TestOrg org, ContactId[] contacts) = await OrgAsync(fixture.Database, "workers", 4, 25);
        await using (OrgSession admin = await org.OpenSessionAsync(OrgRole.Admin, Cancellation))
        {
            await admin.Privacy.SetAsync(contacts[0], new PrivacyRule { Level = PrivacyLevel.Hidden }, Cancellation);
            await admin.Privacy.SetAsync(
                contacts[1],
                new PrivacyRule { Level = PrivacyLevel.Restricted, Members = [org.Members[OrgRole.Analyst]] },
                Cancellation
            );
            await admin.Privacy.SetAsync(
                contacts[2],
                new PrivacyRule { Level = PrivacyLevel.MetadataOnly },
                Cancellation
            );
        }
        Dictionary<string, long> seen = [];
        foreach (OrgRole role in Enum.GetValues<OrgRole>())
        foreach (string table in new[] { "events", "event_contents" })
        {
            await using SessionTransaction session = await SessionTransaction.BeginAsync(
                fixture.Database,
                org.As(role)
            );
            string count = $"select count(*) from callintel.{table}";
            await session.RunAsync("set local max_parallel_workers_per_gather = 0");
            long alone = (long)(await session.RunAsync(count))!;
            await session.RunAsync(Cheap + "set local max_parallel_workers_per_gather = 2");
            Assert.Contains("Workers Launched", await session.ExplainAsync(count), StringComparison.Ordinal);
            Assert.Equal((role, table, alone), (role, table, (long)(await session.RunAsync(count))!));
            seen[$"{role} {table}"] = alone;
        }
        // the rules were at work: an admin sees what is not hidden, an analyst is listed, a viewer is not; nobody sees
        // content of a metadata-only contact
        Assert.Equal((75, 75, 50), (seen["Admin events"], seen["Analyst events"], seen["Viewer events"]));
        Assert.Equal((50, 0), (seen["Admin event_contents"], seen["Viewer event_contents"]));
    }
}
