using System.Data;
using System.Diagnostics;
using CallIntel.Sdk.Testing;
using Npgsql;

namespace CallIntel.Benchmarks.Scorecard;

/// <summary>Crashes the server of a database.</summary>
static class ServerCrash
{
    /// <summary>
    /// The time that recovery may take. Before it reads the write-ahead log, a server flushes every file of its
    /// databases, which takes minutes on a busy disk. Calls that a crash ended are repeated for as long.
    /// </summary>
    internal static readonly TimeSpan Recovery = TimeSpan.FromMinutes(15);

    /// <summary>
    /// Kills one process of the server with SIGKILL, after which the server ends all others and recovers. Returns when
    /// it accepts connections again.
    /// </summary>
    internal static async Task CauseAsync(TestDatabase database)
    {
        await using NpgsqlConnection victim = await database.Admin.OpenConnectionAsync();
        await CauseAsync(database, victim.ProcessID);
    }

    /// <summary>Does the same by killing a process that serves an application.</summary>
    internal static async Task CauseAsync(TestDatabase database, string applicationName)
    {
        await using NpgsqlCommand find = database.Admin.CreateCommand(
            """
            select a.pid from pg_catalog.pg_stat_activity a
             where a.application_name = $1 and a.datname = current_database() limit 1
            """
        );
        find.Parameters.Add(new NpgsqlParameter<string> { TypedValue = applicationName });
        await CauseAsync(
            database,
            await find.ExecuteScalarAsync() as int?
                ?? throw new InvalidOperationException($"The server serves no {applicationName}.")
        );
    }

    static async Task CauseAsync(TestDatabase database, int process)
    {
        await using (NpgsqlConnection witness = await database.Admin.OpenConnectionAsync())
            try
            {
                // By the server itself: its processes may have other ids outside of its name space.
                await using NpgsqlCommand crash = new($"copy (select 1) to program 'kill -9 {process}'", witness)
                {
                    CommandTimeout = 0,
                };
                await crash.ExecuteNonQueryAsync();
                await WaitForEndAsync(witness);
            }
            catch (NpgsqlException) when (witness.State is not ConnectionState.Open)
            {
                // The server has ended this connection, so it has noticed the crash.
            }
        await WaitForServerAsync(database);
    }

    /// <summary>
    /// Waits until the server ends a connection. Until it notices that one of its processes was killed, it accepts
    /// connections as before.
    /// </summary>
    static async Task WaitForEndAsync(NpgsqlConnection witness)
    {
        for (long start = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(start) < Recovery; )
        {
            await using NpgsqlCommand ask = new("select 1", witness) { CommandTimeout = 0 };
            await ask.ExecuteScalarAsync();
            await Task.Delay(10);
        }
        throw new TimeoutException("The server goes on after one of its processes was killed.");
    }

    static async Task WaitForServerAsync(TestDatabase database)
    {
        for (long start = Stopwatch.GetTimestamp(); ; await Task.Delay(100))
        {
            database.Admin.Clear();
            try
            {
                await using NpgsqlCommand ask = database.Admin.CreateCommand("select 1");
                await ask.ExecuteScalarAsync();
                return;
            }
            catch (NpgsqlException) when (Stopwatch.GetElapsedTime(start) < Recovery) { }
        }
    }
}
