using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using Npgsql;

namespace CallIntel.Sdk.IntegrationTests.Replication;

/// <summary>A primary with a migrated database, and a standby that follows it by streaming replication.</summary>
sealed class ReplicatedServers : IAsyncDisposable
{
    readonly PostgresServer _primary,
        _standby;
    readonly MigratedTemplate _template;

    ReplicatedServers(PostgresServer primary, MigratedTemplate template, TestDatabase database, PostgresServer standby)
    {
        (_primary, _template, Database, _standby) = (primary, template, database, standby);
        NpgsqlConnectionStringBuilder server = new(standby.AdminConnectionString),
            admin = new(database.AdminConnectionString) { Port = server.Port },
            app = new(database.AppConnectionString) { Port = server.Port };
        StandbyAdmin = NpgsqlDataSource.Create(admin);
        StandbyConnectionString = app.ConnectionString;
        app = new(database.AppConnectionString);
        (app.Host, app.Port) = ($"{app.Host}:{app.Port},{server.Host}:{server.Port}", 5432);
        BothConnectionString = app.ConnectionString;
    }

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>The database of the primary.</summary>
    internal TestDatabase Database { get; }

    /// <summary>The same database on the standby, as its administrator.</summary>
    internal NpgsqlDataSource StandbyAdmin { get; }

    /// <summary>The same database on the standby, as an application connects to it.</summary>
    internal string StandbyConnectionString { get; }

    /// <summary>Connects to the primary, and to the standby when the primary does not answer.</summary>
    internal string BothConnectionString { get; }

    internal static async Task<ReplicatedServers> StartAsync()
    {
        PostgresServer primary = await PostgresServer.StartPrimaryAsync(new PostgresServerOptions(), Cancellation);
        try
        {
            MigratedTemplate template = await MigratedTemplate.CreateAsync(
                primary,
                ServerFixture.PrepareAsync,
                Cancellation
            );
            TestDatabase database = await template.CloneAsync(Cancellation);
            return new ReplicatedServers(primary, template, database, await primary.StartStandbyAsync(Cancellation));
        }
        catch
        {
            await primary.DisposeAsync();
            throw;
        }
    }

    /// <summary>Creates a data source of an application.</summary>
    internal CallIntelDataSource CreateDataSource(string connectionString, string? auditConnectionString = null) =>
        Database.CreateDataSource(options =>
        {
            options.ConnectionString = connectionString;
            options.AuditConnectionString = auditConnectionString;
        });

    /// <summary>Waits until the standby has replayed what the primary has written.</summary>
    internal async Task CatchUpAsync()
    {
        string position = await ScalarAsync<string>(Database.Admin, "select pg_current_wal_insert_lsn()::text");
        while (!await ScalarAsync<bool>(StandbyAdmin, $"select pg_last_wal_replay_lsn() >= '{position}'::pg_lsn"))
            await Task.Delay(20, Cancellation);
    }

    /// <summary>Ends the replication: what the primary commits from now on is lost in a failover.</summary>
    internal async Task DisconnectAsync()
    {
        await ExecuteAsync(StandbyAdmin, "alter system set primary_conninfo = ''");
        await ExecuteAsync(StandbyAdmin, "select pg_reload_conf()");
        while (await ScalarAsync<long>(StandbyAdmin, "select count(*) from pg_stat_wal_receiver") > 0)
            await Task.Delay(20, Cancellation);
    }

    /// <summary>Stops the primary and promotes the standby.</summary>
    internal async Task FailOverAsync()
    {
        await StopPrimaryAsync();
        Assert.True(await ScalarAsync<bool>(StandbyAdmin, "select pg_promote(true, 60)"));
    }

    internal ValueTask StopPrimaryAsync() => _primary.DisposeAsync();

    internal Task<T> OnStandbyAsync<T>(string sql) => ScalarAsync<T>(StandbyAdmin, sql);

    /// <summary>Repeats a call whose connection the failover ended.</summary>
    internal static async Task<T> RepeatAsync<T>(Func<Task<T>> call)
    {
        for (int attempt = 0; ; attempt++)
            try
            {
                return await call();
            }
            catch (CallIntelException e) when (e.IsTransient && attempt < 100)
            {
                await Task.Delay(50, Cancellation);
            }
    }

    public async ValueTask DisposeAsync()
    {
        await StandbyAdmin.DisposeAsync();
        try
        {
            await Database.DisposeAsync();
        }
        catch (NpgsqlException)
        {
            // The primary was stopped, and its data is deleted.
        }
        try
        {
            await _template.DisposeAsync();
        }
        catch (NpgsqlException)
        {
            // As above.
        }
        await _standby.DisposeAsync();
        await _primary.DisposeAsync();
    }

    static async Task ExecuteAsync(NpgsqlDataSource source, string sql)
    {
        await using NpgsqlCommand command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(Cancellation);
    }

    static async Task<T> ScalarAsync<T>(NpgsqlDataSource source, string sql)
    {
        await using NpgsqlCommand command = source.CreateCommand(sql);
        return (T)(await command.ExecuteScalarAsync(Cancellation))!;
    }
}
