using CallIntel.Sdk.Testing;
using Npgsql;

namespace CallIntel.Benchmarks.Scorecard;

/// <summary>Crashes the server of a database.</summary>
static class ServerCrash
{
    /// <summary>
    /// Kills one process of the server with SIGKILL, after which the server ends all others and recovers. Returns when
    /// it answers again.
    /// </summary>
    internal static async Task CauseAsync(TestDatabase database)
    {
        // By the server itself: its processes may have other ids outside of its name space.
        await using (
            NpgsqlCommand crash = database.Admin.CreateCommand(
                """
                do $$ begin
                    execute pg_catalog.format('copy (select 1) to program %L', 'kill -9 ' || pg_backend_pid());
                end $$
                """
            )
        )
            try
            {
                await crash.ExecuteNonQueryAsync();
            }
            catch (NpgsqlException)
            {
                // The connection ends with its process.
            }
        for (int attempt = 0; ; attempt++)
        {
            await Task.Delay(100);
            database.Admin.Clear();
            try
            {
                await using NpgsqlCommand ask = database.Admin.CreateCommand("select 1");
                await ask.ExecuteScalarAsync();
                return;
            }
            catch (NpgsqlException) when (attempt < 600) { }
        }
    }
}
