using CallIntel.Sdk.Dashboards;
using CallIntel.Sdk.Ingestion;
using CallIntel.Sdk.IntegrationTests.Ingestion;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using Npgsql;

namespace CallIntel.Sdk.IntegrationTests.Dashboards;

/// <summary>Tests that an org whose cells cannot be computed does not keep the others from being computed.</summary>
public sealed class RollupMaintenanceTests(DatabaseFixture fixture) : IClassFixture<DatabaseFixture>
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_cells_of_other_orgs_are_computed_and_the_failure_is_reported()
    {
        CallIntelOperations operations = new(fixture.Database.Admin);
        TestOrg[] orgs = [.. await Task.WhenAll(FillAsync("first"), FillAsync("second"), FillAsync("third"))];
        await using NpgsqlCommand list = fixture.Database.Admin.CreateCommand(
            "select array_agg(o) from callintel_private.list_orgs() o"
        );
        List<Guid> order = [.. (Guid[])(await list.ExecuteScalarAsync(Cancellation))!];
        TestOrg failing = orgs.MinBy(org => order.IndexOf(org.Id.Value))!;
        await using (
            NpgsqlCommand refuse = fixture.Database.Admin.CreateCommand(
                $"""
                alter table callintel_private.event_cells add constraint refused_ck
                    check (org_id <> '{failing.Id}') not valid
                """
            )
        )
            await refuse.ExecuteNonQueryAsync(Cancellation);

        CallIntelException failure = await Assert.ThrowsAsync<CallIntelException>(() =>
            operations.RecomputeRollupsAsync(cancellationToken: Cancellation)
        );

        Assert.Equal("23514", (failure.InnerException as PostgresException)?.SqlState);
        foreach (TestOrg org in orgs)
            Assert.Equal(org != failing, await HasCellsAsync(org));

        await using (
            NpgsqlCommand allow = fixture.Database.Admin.CreateCommand(
                "alter table callintel_private.event_cells drop constraint refused_ck"
            )
        )
            await allow.ExecuteNonQueryAsync(Cancellation);
        await operations.RecomputeRollupsAsync(cancellationToken: Cancellation);
        Assert.True(await HasCellsAsync(failing));
        RollupCheck check = await operations.VerifyRollupsAsync(cancellationToken: Cancellation);
        Assert.Equal(0, check.Wrong);
        Assert.True(check.Compared >= orgs.Length, $"{check.Compared} cells were compared.");
    }

    async Task<TestOrg> FillAsync(string name)
    {
        TestOrg org = await fixture.Database.CreateOrgAsync(name, Cancellation);
        await using OrgSession owner = await org.OpenSessionAsync(OrgRole.Owner, Cancellation);
        await owner.Ingestion.IngestAsync(
            new IngestSource("pbx"),
            GeneratedRecords.Async(GeneratedRecords.Take(3)),
            cancellationToken: Cancellation
        );
        return org;
    }

    async Task<bool> HasCellsAsync(TestOrg org)
    {
        await using NpgsqlCommand command = fixture.Database.Admin.CreateCommand(
            $"select exists (select from callintel_private.event_cells where org_id = '{org.Id}')"
        );
        return (bool)(await command.ExecuteScalarAsync(Cancellation))!;
    }
}
