using Npgsql;

namespace CallIntel.Sdk.Testing.Tests;

public sealed class PgBouncerServerTests(SharedServer shared)
{
    const string BackendPid = "select pg_backend_pid()";

    [Fact]
    public async Task Clients_share_one_server_connection_between_transactions()
    {
        await using PgBouncerServer pooler = await StartAsync(new PgBouncerOptions { PoolSize = 1 });
        string through = pooler.Through(shared.Server.AdminConnectionString);
        await using NpgsqlConnection one = await Sql.OpenAsync(through);
        await using NpgsqlConnection two = await Sql.OpenAsync(through);

        // Both clients are connected at once, and one server connection serves both.
        Assert.Equal(await PidAsync(one), await PidAsync(two));
    }

    [Fact]
    public async Task Every_role_of_the_server_can_log_in_with_its_password()
    {
        await Sql.RunAsync(
            shared.Server.AdminConnectionString,
            "create role callintel_tests_pooled login password 'a \" and a '' too'"
        );
        try
        {
            await using PgBouncerServer pooler = await StartAsync();
            var role = new NpgsqlConnectionStringBuilder(pooler.Through(shared.Server.AdminConnectionString))
            {
                Username = "callintel_tests_pooled",
                Password = "a \" and a ' too",
            };
            Assert.Equal(
                "callintel_tests_pooled",
                await Sql.ScalarAsync<string>(role.ConnectionString, "select current_user::text")
            );

            role.Password = "wrong";
            await Assert.ThrowsAsync<PostgresException>(() => Sql.RunAsync(role.ConnectionString, "select 1"));
        }
        finally
        {
            await Sql.RunAsync(shared.Server.AdminConnectionString, "drop role callintel_tests_pooled");
        }
    }

    [Fact]
    public async Task Prepared_statements_work_on_another_server_connection()
    {
        await using PgBouncerServer pooler = await StartAsync(new PgBouncerOptions { PoolSize = 2 });
        Assert.True(await ExecutesOnAnotherConnectionAsync(pooler));
    }

    [Fact]
    public async Task Without_tracking_prepared_statements_fail_on_another_server_connection()
    {
        await using PgBouncerServer pooler = await StartAsync(
            new PgBouncerOptions { PoolSize = 2, MaxPreparedStatements = 0 }
        );
        Assert.False(await ExecutesOnAnotherConnectionAsync(pooler));
    }

    /// <summary>
    /// Prepares a statement on one server connection, occupies that connection with another client, and executes the
    /// statement. Returns whether it succeeded.
    /// </summary>
    async Task<bool> ExecutesOnAnotherConnectionAsync(PgBouncerServer pooler)
    {
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        string through = pooler.Through(shared.Server.AdminConnectionString);
        await using NpgsqlConnection client = await Sql.OpenAsync(through);
        await using NpgsqlConnection occupier = await Sql.OpenAsync(through);
        await using var prepared = new NpgsqlCommand(BackendPid, client);
        await prepared.PrepareAsync(cancellation);
        int before = (int)(await prepared.ExecuteScalarAsync(cancellation))!;

        await using NpgsqlTransaction transaction = await occupier.BeginTransactionAsync(cancellation);
        Assert.Equal(before, await PidAsync(occupier));
        try
        {
            return before != (int)(await prepared.ExecuteScalarAsync(cancellation))!;
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.InvalidSqlStatementName)
        {
            return false;
        }
    }

    async Task<PgBouncerServer> StartAsync(PgBouncerOptions? options = null) =>
        await PgBouncerServer.StartAsync(shared.Server, options, TestContext.Current.CancellationToken);

    static async Task<int> PidAsync(NpgsqlConnection connection)
    {
        await using var command = new NpgsqlCommand(BackendPid, connection);
        return (int)(await command.ExecuteScalarAsync(TestContext.Current.CancellationToken))!;
    }
}
