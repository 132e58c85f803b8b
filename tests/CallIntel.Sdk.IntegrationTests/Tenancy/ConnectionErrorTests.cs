using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Migrations;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using Npgsql;

namespace CallIntel.Sdk.IntegrationTests.Tenancy;

/// <summary>Each reason why a statement does not run has its own code, and says whether to try again.</summary>
public sealed class ConnectionErrorTests(ServerFixture server, DatabaseFixture fixture) : IClassFixture<DatabaseFixture>
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_pool_without_a_free_connection_is_told_from_a_server_that_is_not_there()
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
    public async Task A_server_that_takes_no_further_connection_is_full()
    {
        await using TestDatabase database = await server.Template.CloneAsync(Cancellation);
        NpgsqlConnectionStringBuilder app = new(database.AppConnectionString) { Pooling = false };
        await AdminAsync($"alter database {app.Database} connection limit 0");
        CallIntelException error = await FailureAsync(Source(x => (x.Database, x.Pooling) = (app.Database, false)));
        Assert.Equal((ErrorCodes.ServerFull, true), (error.Code, error.IsTransient));
    }

    [Fact]
    public async Task A_server_that_is_not_there_may_be_there_later_and_a_wrong_password_stays_wrong()
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
    public async Task A_statement_that_runs_longer_than_the_command_timeout_has_timed_out()
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
    public async Task A_role_without_the_schema_is_told_so_in_words_of_the_database()
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
    public async Task A_role_that_may_not_create_the_extension_is_told_which_and_who_can()
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
