using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Ingestion;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using Npgsql;

namespace CallIntel.Sdk.IntegrationTests.Ingestion;

/// <summary>
/// Kills a backend by SIGKILL during a load: the server closes all connections, recovers, and the load continues.
/// </summary>
public sealed class ServerCrashTests
{
    const int Count = 20_000,
        BatchSize = 500,
        Crashes = 3;
    static readonly IngestSource Source = new("crashed", DefaultRegion: "DK");

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_server_crash_during_a_load_loses_and_duplicates_nothing()
    {
        // a server of its own: everybody on it is thrown out
        await using PostgresServer server = await PostgresServer.StartAsync(cancellationToken: Cancellation);
        await using MigratedTemplate template = await MigratedTemplate.CreateAsync(
            server,
            ServerFixture.PrepareAsync,
            cancellationToken: Cancellation
        );
        await using TestDatabase database = await template.CloneAsync(Cancellation);
        TestOrg org = await database.CreateOrgAsync("crashed", Cancellation),
            undisturbed = await database.CreateOrgAsync("undisturbed", Cancellation);

        for (int crash = 1; crash <= Crashes; crash++)
        {
            DateTime before = await StartedAsync(database);
            Task<IngestReport> load = LoadAsync(org);
            while (
                !load.IsCompleted
                && await StoredState.CountAsync(database, org, "events") < crash * Count / (Crashes + 2)
            )
                await Task.Yield();
            await KillAsync(database, server.IsThrowAway);
            CallIntelException broken = await Assert.ThrowsAsync<CallIntelException>(() => load);
            Assert.Equal(ErrorCodes.Unreachable, broken.Code);
            await RecoveredAsync(database, server.IsThrowAway ? before : DateTime.MinValue);
            Assert.InRange(await StoredState.CountAsync(database, org, "events"), 1, Count - 1);
        }

        // the same data source, whose pool holds nothing but connections of before
        IngestReport last = await LoadAsync(org);
        Assert.Equal((Count, 0), (last.Inserted + last.Duplicate, last.Rejected));
        Assert.True(last.Duplicate > 0);
        await LoadAsync(undisturbed);
        Assert.Equal(await StoredState.OfAsync(database, undisturbed), await StoredState.OfAsync(database, org));
    }

    static async Task<IngestReport> LoadAsync(TestOrg org)
    {
        await using OrgSession session = await org.OpenSessionAsync(OrgRole.Owner, Cancellation);
        return await LoadingClient.LoadAsync(session, Source, Count, BatchSize, Cancellation);
    }

    /// <summary>
    /// The server kills its own backend: process ids are those of its namespace, and no other server's process can be
    /// meant.
    /// </summary>
    /// <param name="database">Where the load goes on.</param>
    /// <param name="isOurs">Whether the server was started here; one that <c>CALLINTEL_POSTGRES</c> names ends the
    /// connection, and nobody else's.</param>
    static async Task KillAsync(TestDatabase database, bool isOurs)
    {
        try
        {
            await using NpgsqlCommand find = database.Admin.CreateCommand(
                """
                select pid from pg_catalog.pg_stat_activity
                 where usename = 'callintel_app' and datname = current_database() and pid <> pg_catalog.pg_backend_pid()
                 order by (state <> 'idle') desc, query_start desc limit 1
                """
            );
            int backend = (int)(await find.ExecuteScalarAsync(Cancellation))!;
            await using NpgsqlCommand kill = database.Admin.CreateCommand(
                isOurs
                    ? $"copy (select 1) to program 'kill -KILL {backend}'"
                    : $"select pg_terminate_backend({backend})"
            );
            await kill.ExecuteNonQueryAsync(Cancellation);
        }
        catch (NpgsqlException)
        {
            // this connection falls with the others
        }
    }

    /// <summary>
    /// Since when the server's helper processes run: they are started anew after a crash, the first process is not.
    /// </summary>
    static async Task<DateTime> StartedAsync(TestDatabase database)
    {
        await using NpgsqlCommand command = database.Admin.CreateCommand(
            "select backend_start from pg_catalog.pg_stat_activity where backend_type = 'checkpointer'"
        );
        return (DateTime)(await command.ExecuteScalarAsync(Cancellation))!;
    }

    static async Task RecoveredAsync(TestDatabase database, DateTime before)
    {
        using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        // A server that ended, or went on as if nothing had happened, is a failure.
        patience.CancelAfter(TimeSpan.FromMinutes(2));
        while (true)
        {
            try
            {
                // The server can accept a connection between the death of a process and its own restart.
                if (await StartedAsync(database) > before)
                    return;
            }
            catch (NpgsqlException) { }
            await Task.Delay(TimeSpan.FromMilliseconds(50), patience.Token);
        }
    }
}
