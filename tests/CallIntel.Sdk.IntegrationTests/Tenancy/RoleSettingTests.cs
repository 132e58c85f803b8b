using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using Npgsql;

namespace CallIntel.Sdk.IntegrationTests.Tenancy;

/// <summary>Tests that sessions of the SDK ignore defaults that the role sets for itself.</summary>
public sealed class RoleSettingTests(ServerFixture server)
{
    const string Settings =
        "select concat_ws(' ', current_setting('synchronous_commit'), current_setting('row_security'), "
        + "current_setting('TimeZone'), "
        + "current_setting('transform_null_equals'), current_setting('plan_cache_mode'))";

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(ConnectionMode.Direct, null)]
    [InlineData(ConnectionMode.TransactionPooler, 200)]
    [InlineData(ConnectionMode.TransactionPoolerWithoutPreparedStatements, 0)]
    public async Task Settings_that_the_role_set_for_itself_do_not_affect_sessions(
        ConnectionMode mode,
        int? preparedByPooler
    )
    {
        await using TestDatabase database = await CloneAsync();
        await using PgBouncerServer? pooler = preparedByPooler is { } most
            ? await PgBouncerServer.StartAsync(
                server.Server,
                new PgBouncerOptions { PoolSize = 1, MaxPreparedStatements = most },
                Cancellation
            )
            : null;
        await using CallIntelDataSource source = database.CreateDataSource(options =>
        {
            options.ConnectionString = pooler?.Through(database.AppConnectionString) ?? options.ConnectionString;
            options.ConnectionMode = mode;
        });
        OrgId org = new(Guid.NewGuid());
        MemberId owner = new(Guid.NewGuid());
        Assert.True(await source.CreateOrgAsync(org, "pinned", owner, Cancellation));
        await using OrgSession session = await source.OpenSessionAsync(new OrgIdentity(org, owner), Cancellation);
        for (int i = 0; i < 3; i++) // what a statement of a host's own resets is pinned again
            Assert.Equal(
                ["on on UTC off force_generic_plan"],
                await session
                    .QueryAsync(Settings, r => r.GetString(0), cancellationToken: Cancellation)
                    .ToListAsync(Cancellation)
            );
        Assert.Equal(
            ["on on UTC off force_custom_plan"],
            await session
                .QueryAsync(Settings, r => r.GetString(0), plan: QueryPlan.Custom, cancellationToken: Cancellation)
                .ToListAsync(Cancellation)
        );
    }

    [Fact]
    public async Task A_host_can_override_a_setting_in_its_connection_string()
    {
        await using TestDatabase database = await CloneAsync();
        await using CallIntelDataSource source = database.CreateDataSource(options =>
            options.ConnectionString = new NpgsqlConnectionStringBuilder(options.ConnectionString)
            {
                Options = "-c synchronous_commit=remote_apply",
            }.ConnectionString
        );
        TestOrg org = await database.CreateOrgAsync("chosen", Cancellation);
        await using OrgSession session = await source.OpenSessionAsync(org.As(OrgRole.Owner), Cancellation);
        Assert.Equal(
            ["remote_apply on UTC off force_generic_plan"],
            await session
                .QueryAsync(Settings, r => r.GetString(0), cancellationToken: Cancellation)
                .ToListAsync(Cancellation)
        );
    }

    async Task<TestDatabase> CloneAsync()
    {
        TestDatabase database = await server.Template.CloneAsync(Cancellation);
        NpgsqlConnectionStringBuilder app = new(database.AppConnectionString) { Pooling = false };
        await using NpgsqlConnection itself = new(app.ConnectionString);
        await itself.OpenAsync(Cancellation);
        foreach (
            string setting in (string[])
                [
                    "synchronous_commit = off",
                    "row_security = off",
                    "TimeZone = 'Asia/Tokyo'",
                    "transform_null_equals = on",
                    "plan_cache_mode = auto",
                ]
        )
        {
            await using NpgsqlCommand alter = new(
                $"alter role callintel_app in database {app.Database} set {setting}",
                itself
            );
            await alter.ExecuteNonQueryAsync(Cancellation);
        }
        return database;
    }
}
