using CallIntel.Sdk.Events;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using Npgsql;
using NpgsqlTypes;

namespace CallIntel.Sdk.IntegrationTests.Privacy;

/// <summary>
/// Tests that reading events never looks up contacts, regardless of the number of restricted contacts: each row has its
/// level.
/// </summary>
public sealed class PrivacyPlanTests(DatabaseFixture fixture, ITestOutputHelper output) : IClassFixture<DatabaseFixture>
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>The context is open already.</summary>
    static NpgsqlParameter NoToken => new() { Value = DBNull.Value, NpgsqlDbType = NpgsqlDbType.Bytea };

    [Theory]
    [InlineData(0)]
    [InlineData(100)]
    [InlineData(10_000)]
    public async Task Reading_a_page_of_events_looks_up_no_contact(int restricted)
    {
        TestOrg org = await fixture.Database.CreateOrgAsync($"plan {restricted}", Cancellation);
        await FillAsync(org, restricted);
        await using SessionTransaction analyst = await SessionTransaction.BeginAsync(
            fixture.Database,
            org.As(OrgRole.Analyst)
        );
        Assert.Equal(
            restricted * 2L,
            40_000 - (long)(await analyst.RunAsync("select count(*) from callintel.events"))!
        );

        NpgsqlBatchCommand page = EventQuery.Read(NoToken, EventFilter.All, null, 50);
        string plan = await FunctionPlan.OfAsync(fixture.Database, org.As(OrgRole.Analyst), page);
        output.WriteLine(plan);
        Assert.DoesNotContain(" on contacts", plan, StringComparison.Ordinal);
        Assert.DoesNotContain(" on privacy_rules", plan, StringComparison.Ordinal);
        Assert.DoesNotContain("SubPlan", plan, StringComparison.Ordinal);
        Assert.DoesNotContain("Seq Scan on events", plan, StringComparison.Ordinal);
    }

    async Task FillAsync(TestOrg org, int restricted)
    {
        await using NpgsqlCommand fill = fixture.Database.Admin.CreateCommand(
            $"""
            insert into callintel_private.contacts (org_id, id, created_by)
            select '{org.Id}', md5('{org.Id}' || n)::uuid, '{org.Members[OrgRole.Admin]}'
              from generate_series(1, 20000) n;
            insert into callintel_private.events (org_id, id, occurred_at, source_id, contact_id, member_id, duration_s,
                channel, direction, outcome)
            select '{org.Id}', callintel.first_id(t), t, '{org.Id}', md5('{org.Id}' || n)::uuid, null, 60, 1, 1, 1
              from generate_series(1, 20000) n, generate_series(0, 1) k,
                   lateral (select timestamptz '2026-01-02' + (n * 2 + k) * interval '1 minute' as t) at;
            insert into callintel_private.privacy_rules (org_id, contact_id, level, set_by)
            select '{org.Id}', md5('{org.Id}' || n)::uuid, 2, '{org.Members[OrgRole.Admin]}'
              from generate_series(1, {restricted}) n;
            """
        );
        fill.CommandTimeout = 0; // ten thousand rules take a while on a busy machine
        await fill.ExecuteNonQueryAsync(Cancellation);
    }
}
