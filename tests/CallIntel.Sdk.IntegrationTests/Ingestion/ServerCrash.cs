using CallIntel.Sdk.Testing;
using Npgsql;

namespace CallIntel.Sdk.IntegrationTests.Ingestion;

/// <summary>Crashes the server of a database by SIGKILL, and waits until it has recovered.</summary>
static class ServerCrash
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>
    /// The server kills its own backend: process ids are those of its namespace, and no other server's process can be
    /// meant.
    /// </summary>
    /// <param name="database">Where the load goes on.</param>
    /// <param name="isOurs">Whether the server was started here; one that <c>CALLINTEL_POSTGRES</c> names ends the
    /// connection, and nobody else's.</param>
    internal static async Task KillAsync(TestDatabase database, bool isOurs)
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
    internal static async Task<DateTime> StartedAsync(TestDatabase database)
    {
        await using NpgsqlCommand command = database.Admin.CreateCommand(
            "select backend_start from pg_catalog.pg_stat_activity where backend_type = 'checkpointer'"
        );
        return (DateTime)(await command.ExecuteScalarAsync(Cancellation))!;
    }

    internal static async Task RecoveredAsync(TestDatabase database, DateTime before)
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
