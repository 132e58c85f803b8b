using System.Data;
using Npgsql;

namespace CallIntel.Sdk.Tenancy;

/// <summary>
/// Removes state that an application's own statement may have left on its connection, because the connection serves
/// another org next.
/// </summary>
/// <remarks>
/// The SDK's own statements leave no state, so the pool does not reset connections. These commands run after an
/// application's statement in the same transaction. If the statement fails, its settings are rolled back with the
/// transaction, but session-level locks and sequence values remain; <see cref="AfterFailureAsync"/> then resets the
/// connection. The commands are not used behind a pooler, because the pooler would interpret RESET as a change of the
/// settings that the client requested when it connected.
/// </remarks>
static class ConnectionReset
{
    static readonly string[] Commands =
    [
        "reset role",
        "reset all",
        "close all",
        "unlisten *",
        "discard temp",
        "discard sequences",
    ];

    internal static void AddTo(NpgsqlBatch batch, ConnectionMode mode)
    {
        foreach (NpgsqlBatchCommand command in Statements(mode))
            batch.BatchCommands.Add(command);
    }

    /// <summary>The statements that remove the state; none behind a pooler.</summary>
    internal static IEnumerable<NpgsqlBatchCommand> Statements(ConnectionMode mode) =>
        mode is ConnectionMode.Direct ? Commands.Select(command => new NpgsqlBatchCommand(command)) : [];

    /// <summary>Resets a connection on which a batch failed midway, before the pool hands it out again.</summary>
    /// <remarks>
    /// On direct connections, the driver and the server both forget all prepared statements, and DISCARD ALL removes
    /// all other state. Behind a pooler, DEALLOCATE ALL could remove statements of other clients, so the pool closes
    /// its connections instead, which is cheap there. A connection that cannot be reset is also closed.
    /// </remarks>
    internal static async Task AfterFailureAsync(NpgsqlConnection connection, DatabaseTransport source)
    {
        if (
            connection.FullState is not ConnectionState.Open
            || source.Mode is ConnectionMode.TransactionPoolerWithoutPreparedStatements
        )
            return; // the pool drops broken connections itself, and without prepared statements nothing is left behind
        try
        {
            if (source.Mode is ConnectionMode.Direct)
            {
                connection.UnprepareAll(); // the driver has no asynchronous version of this method
                await using NpgsqlCommand discard = new("discard all", connection);
                await discard.ExecuteNonQueryAsync().ConfigureAwait(false);
            }
            else
                source.ClearPool();
        }
        catch (Exception e) when (e is NpgsqlException or InvalidOperationException)
        {
            source.Log.PoolCleared();
            source.ClearPool();
        }
    }
}
