using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using Npgsql;

namespace CallIntel.Sdk.IntegrationTests.Tenancy;

/// <summary>
/// Tests how statements of a host are planned, and that this does not affect the next statement on the connection.
/// </summary>
public sealed class QueryPlanTests(DatabaseFixture fixture) : IClassFixture<DatabaseFixture>
{
    const string Mode = "select current_setting('plan_cache_mode')";

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(ConnectionMode.Direct)]
    [InlineData(ConnectionMode.TransactionPooler)]
    public async Task A_query_plan_is_used_for_one_statement_only(ConnectionMode mode)
    {
        await using CallIntelDataSource source = OneConnection(mode);
        await using OrgSession session = await source.OpenSessionAsync(fixture.Own.As(OrgRole.Viewer), Cancellation);
        Assert.Equal("force_generic_plan", await OneAsync(session, Mode, QueryPlan.Generic));
        Assert.Equal("force_custom_plan", await OneAsync(session, Mode, QueryPlan.Custom));
        Assert.Equal("force_generic_plan", await OneAsync(session, Mode, QueryPlan.Generic));
        await Assert.ThrowsAsync<CallIntelException>(() => OneAsync(session, "select (1 / 0)::text", QueryPlan.Custom));
        Assert.Equal("force_generic_plan", await OneAsync(session, Mode, QueryPlan.Generic));
        await Assert.ThrowsAsync<CallIntelException>(() =>
            OneAsync(session, "set plan_cache_mode = auto", QueryPlan.Custom)
        );
    }

    [Theory]
    [InlineData(QueryPlan.Generic, "6 0")]
    [InlineData(QueryPlan.Custom, "0 6")]
    public async Task Prepared_statements_use_generic_or_custom_plans_as_configured(QueryPlan plan, string planned)
    {
        const string Statement = "select count(*)::text from callintel.orgs where org_id = $1";
        await using CallIntelDataSource source = OneConnection(ConnectionMode.Direct);
        await using OrgSession session = await source.OpenSessionAsync(fixture.Own.As(OrgRole.Viewer), Cancellation);
        // prepared with the second
        for (int i = 0; i < 7; i++)
            Assert.Equal("1", await OneAsync(session, Statement, plan, session.Identity.Org.Value));
        Assert.Equal(
            planned,
            await OneAsync(
                session,
                "select generic_plans || ' ' || custom_plans from pg_prepared_statements where statement = $1",
                QueryPlan.Generic,
                Statement
            )
        );
    }

    CallIntelDataSource OneConnection(ConnectionMode mode) =>
        fixture.Database.CreateDataSource(o =>
        {
            o.ConnectionMode = mode;
            o.ConnectionString = new NpgsqlConnectionStringBuilder(o.ConnectionString)
            {
                MaxPoolSize = 1,
            }.ConnectionString;
        });

    static async Task<string> OneAsync(OrgSession session, string sql, QueryPlan plan, params object[] parameters) =>
        await session.QueryAsync(sql, r => r.GetString(0), parameters, plan, Cancellation).SingleAsync(Cancellation);
}
