using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Migrations;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using Npgsql;

namespace CallIntel.Sdk.IntegrationTests.Tenancy;

/// <summary>
/// Tests that each reason for a failed statement has its own error code and reports whether a retry can succeed.
/// </summary>
public sealed class ConnectionErrorTests(ServerFixture server, DatabaseFixture fixture) : IClassFixture<DatabaseFixture>
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_exhausted_pool_and_an_unreachable_server_give_different_errors()
    {
        await using CallIntelDataSource source = Source(app => (app.MaxPoolSize, app.Timeout) = (1, 5));
        await using OrgSession session = await source.OpenSessionAsync(fixture.Own.As(OrgRole.Owner), Cancellation);
        await using NpgsqlConnection taken = await source.Database.OpenConnectionAsync(Cancellation);
        CallIntelException error = await Assert.ThrowsAsync<CallIntelException>(() =>
            session.Members.ListAsync(Cancellation)
        );
        Assert.Equal((ErrorCodes.PoolExhausted, true), (error.Code, error.IsTransient));
    }

    [Fact]
    public async Task A_server_at_its_connection_limit_is_reported_as_full()
    {
        await using TestDatabase database = await server.Template.CloneAsync(Cancellation);
        NpgsqlConnectionStringBuilder app = new(database.AppConnectionString) { Pooling = false };
        await AdminAsync($"alter database {app.Database} connection limit 0");
        CallIntelException error = await FailureAsync(Source(x => (x.Database, x.Pooling) = (app.Database, false)));
        Assert.Equal((ErrorCodes.ServerFull, true), (error.Code, error.IsTransient));
    }

    [Fact]
    public async Task An_unreachable_server_is_transient_and_a_wrong_password_is_not()
    {
        CallIntelException unreachable = await FailureAsync(Source(app => app.Port = 1)),
            refused = await FailureAsync(Source(app => app.Password = "wrong"));
        Assert.Equal(
            (ErrorCodes.Unreachable, true, ErrorCodes.LoginRefused, false),
            (unreachable.Code, unreachable.IsTransient, refused.Code, refused.IsTransient)
        );
        Assert.Null(unreachable.HelpLink);
    }

    [Fact]
    public async Task A_statement_longer_than_the_command_timeout_fails_with_a_timeout_error()
    {
        await using CallIntelDataSource source = Source(app => app.CommandTimeout = 5);
        await using OrgSession session = await source.OpenSessionAsync(fixture.Own.As(OrgRole.Owner), Cancellation);
        CallIntelException error = await Assert.ThrowsAsync<CallIntelException>(async () =>
            await session
                .QueryAsync("select pg_sleep(3600)::text", r => r.GetString(0), cancellationToken: Cancellation)
                .ToListAsync(Cancellation)
        );
        Assert.Equal((ErrorCodes.TimedOut, true), (error.Code, error.IsTransient));
    }

    [Fact]
    public async Task A_role_without_access_to_the_schema_gets_the_message_of_the_database()
    {
        await AdminAsync("create role outsider login password 'pw'");
        try
        {
            CallIntelException error = await FailureAsync(
                Source(app => (app.Username, app.Password, app.Pooling) = ("outsider", "pw", false))
            );
            Assert.Equal(ErrorCodes.NotAllowed, error.Code);
            Assert.Contains("database role may not use the schema", error.Problem, StringComparison.Ordinal);
        }
        finally
        {
            await AdminAsync("drop role outsider");
        }
    }

    [Fact]
    public async Task A_role_that_cannot_create_the_extension_is_told_which_role_can()
    {
        await AdminAsync("create role no_extension login createrole password 'pw'");
        await AdminAsync("create database no_extension");
        try
        {
            await using NpgsqlDataSource migrating = NpgsqlDataSource.Create(
                new NpgsqlConnectionStringBuilder(fixture.Database.AppConnectionString)
                {
                    Database = "no_extension",
                    Username = "no_extension",
                    Password = "pw",
                    Pooling = false,
                }.ConnectionString
            );
            CallIntelException error = await Assert.ThrowsAsync<CallIntelException>(() =>
                new SchemaMigrator(migrating).MigrateAsync(Cancellation)
            );
            Assert.Equal(ErrorCodes.ExtensionRefused, error.Code);
            Assert.Contains("create extension vector", error.Remedy, StringComparison.Ordinal);
        }
        finally
        {
            await AdminAsync("drop database no_extension with (force)");
            await AdminAsync("drop role no_extension");
        }
    }

    CallIntelDataSource Source(Action<NpgsqlConnectionStringBuilder> change) =>
        fixture.Database.CreateDataSource(options =>
        {
            NpgsqlConnectionStringBuilder app = new(options.ConnectionString);
            change(app);
            options.ConnectionString = app.ConnectionString;
        });

    async Task<CallIntelException> FailureAsync(CallIntelDataSource source)
    {
        await using (source)
            return await Assert.ThrowsAsync<CallIntelException>(async () =>
                await source.OpenSessionAsync(fixture.Own.As(OrgRole.Owner), Cancellation)
            );
    }

    async Task AdminAsync(string sql)
    {
        await using NpgsqlCommand command = fixture.Database.Admin.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(Cancellation);
    }
}
