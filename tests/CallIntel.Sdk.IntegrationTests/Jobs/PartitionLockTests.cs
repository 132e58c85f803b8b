using CallIntel.Sdk.Testing;
using Npgsql;

namespace CallIntel.Sdk.IntegrationTests.Jobs;

/// <summary>
/// A session that has read one table and reads another one meanwhile must not fail because of the maintenance of
/// partitions, whichever table is locked first.
/// </summary>
public sealed class PartitionLockTests(ServerFixture server)
{
    const string Create = "select callintel.ensure_partitions('2031-01-01', '2031-02-01')",
        Remove = "select callintel.remove_ledger_months('2019-03-01')";

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(Create, "events", "event_contents")]
    [InlineData(Create, "event_contents", "events")]
    [InlineData(Create, "event_participants", "event_details")]
    [InlineData(Remove, "audit_log", "access_log")]
    [InlineData(Remove, "access_log", "audit_log")]
    public async Task A_session_that_reads_two_tables_meanwhile_gets_no_deadlock(
        string maintenance,
        string first,
        string second
    )
    {
        await using TestDatabase database = await server.Template.CloneAsync(Cancellation);
        await using NpgsqlConnection reader = await database.Admin.OpenConnectionAsync(Cancellation);
        await using NpgsqlConnection other = await database.Admin.OpenConnectionAsync(Cancellation);
        await ScalarAsync(other, "select callintel.ensure_partitions('2019-01-01', '2019-02-01')");
        await using NpgsqlTransaction transaction = await reader.BeginTransactionAsync(Cancellation);
        await ScalarAsync(reader, $"select count(*) from callintel_private.{first}");

        Task<object?> maintained = ScalarAsync(other, maintenance);
        await using NpgsqlConnection watcher = await database.Admin.OpenConnectionAsync(Cancellation);
        while (
            await ScalarAsync(watcher, $"select {reader.ProcessID} = any (pg_blocking_pids({other.ProcessID}))")
                is false
            && !maintained.IsCompleted
        ) { }
        Assert.False(maintained.IsCompleted);

        // waits for a moment, and would be the victim of a deadlock if the maintenance kept what it has locked
        await ScalarAsync(reader, $"select count(*) from callintel_private.{second}");
        await transaction.CommitAsync(Cancellation);
        Assert.Equal(maintenance == Create ? 14 : 2, await maintained);
    }

    static async Task<object?> ScalarAsync(NpgsqlConnection connection, string sql)
    {
        await using NpgsqlCommand command = new(sql, connection);
        return await command.ExecuteScalarAsync(Cancellation);
    }
}
