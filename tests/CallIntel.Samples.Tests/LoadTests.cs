using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using CallIntel.TenantApi.Demo;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace CallIntel.Samples.Tests;

/// <summary>
/// Many clients at once use the API through a pooler, some of them hang up, and in the middle the database server
/// crashes and starts again. With <c>CALLINTEL_LONG_TESTS=1</c>, they send 2,000 requests.
/// </summary>
public sealed class LoadTests(ITestOutputHelper output)
{
    const int Clients = 12;

    static readonly int Count = Environment.GetEnvironmentVariable("CALLINTEL_LONG_TESTS") == "1" ? 2_000 : 300;

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Requests_are_answered_although_clients_hang_up_and_the_server_restarts()
    {
        await using DemoDatabase database = await DemoDatabase.StartAsync(output.WriteLine, Cancellation);
        await using PgBouncerServer pooler = await PgBouncerServer.StartAsync(
            database.Server,
            new PgBouncerOptions { PoolSize = 6 },
            Cancellation
        );
        await using WebApplication app = TenantHost.Build(
            // The failures of the crash would be hundreds of stack traces on the console.
            ["--urls=http://127.0.0.1:0", "--RequestsPerMinute=1000000", "--Logging:Console:LogLevel:Default=None"],
            database,
            LoadClient.WebhookSecret,
            options =>
            {
                options.ConnectionString = pooler.Through(options.ConnectionString!);
                options.ConnectionMode = ConnectionMode.TransactionPooler;
            }
        );
        using FailureLog log = new();
        app.Services.GetRequiredService<ILoggerFactory>().AddProvider(log);
        await Task.WhenAll(database.FillAsync(Cancellation), app.StartAsync(Cancellation));

        using LoadClient client = new(new Uri(app.Urls.First()), DemoDatabase.Org);
        await client.PrepareAsync(Cancellation);
        int next = -1;
        await Task.WhenAll(
            Enumerable
                .Range(0, Clients)
                .Select(async _ =>
                {
                    for (int i = Interlocked.Increment(ref next); i < Count; i = Interlocked.Increment(ref next))
                    {
                        if (i == Count / 2)
                            await CrashAsync(database);
                        await client.SendAsync(i, Cancellation);
                    }
                })
        );
        output.WriteLine(client.ToString());
        Assert.True(client.Unexpected.Count == 0, string.Join("\n", client.Unexpected));
        Assert.True(client.Repeated > 0, "Nothing shows that the server was gone.");
        Assert.True(client.HungUp > 0, "No client hung up.");
        Assert.True(log.Unexpected.Count == 0, string.Join("\n", log.Unexpected));

        // What the webhook answered with success is stored, and stored once.
        await using NpgsqlDataSource admin = NpgsqlDataSource.Create(database.AdminConnectionString);
        await using NpgsqlCommand stored = admin.CreateCommand(
            """
            select count(*), count(distinct external_id) from callintel_private.events where external_id like 'load-%'
            """
        );
        await using NpgsqlDataReader row = await stored.ExecuteReaderAsync(Cancellation);
        await row.ReadAsync(Cancellation);
        Assert.Equal((client.Stored, client.Stored), ((int)row.GetInt64(0), (int)row.GetInt64(1)));
        await app.StopAsync(Cancellation);
    }

    /// <summary>
    /// Kills a process of the server, which then ends all connections, recovers, and starts again. A server that
    /// <c>CALLINTEL_POSTGRES</c> names only ends the connections to this database.
    /// </summary>
    static async Task CrashAsync(DemoDatabase database)
    {
        await using NpgsqlConnection connection = new(
            new NpgsqlConnectionStringBuilder(database.AdminConnectionString) { Pooling = false }.ConnectionString
        );
        await connection.OpenAsync(Cancellation);
        await using NpgsqlCommand crash = new(
            database.Server.IsThrowAway
                ? """
                do $$ declare victim integer := (select pid from pg_catalog.pg_stat_activity
                                                  where usename = 'callintel_app' limit 1);
                begin execute format('copy (select 1) to program %L', 'kill -KILL ' || victim); end $$
                """
                : """
                select pg_terminate_backend(pid) from pg_catalog.pg_stat_activity
                 where datname = current_database() and pid <> pg_backend_pid()
                """,
            connection
        );
        try
        {
            await crash.ExecuteNonQueryAsync(Cancellation);
        }
        catch (NpgsqlException)
        {
            // This connection ends with the others.
        }
    }
}
