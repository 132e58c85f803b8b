using System.Data;
using Npgsql;

namespace CallIntel.Sdk.Tenancy;

/// <summary>
/// Takes back what a statement of a host's own may have left on its connection, which serves another org next.
/// </summary>
/// <remarks>
/// The SDK's own statements leave nothing, so the pool resets nothing. These commands follow a host's statement in the
/// same transaction: if it fails, what it set ends with the transaction. Locks of the session and values of sequences
/// do not: <see cref="AfterFailureAsync"/> resets the connection then. Not behind a pooler, which would take from RESET
/// that the client wants other settings than it asked for when it connected.
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
        if (mode is not ConnectionMode.Direct)
            return;
        foreach (string command in Commands)
            batch.BatchCommands.Add(new NpgsqlBatchCommand(command));
    }

    /// <summary>Resets a connection on which a batch failed midway, before the pool gives it to anybody else.</summary>
    /// <remarks>
    /// Direct: the driver and the server both forget all prepared statements, and DISCARD ALL takes back everything
    /// else. Behind a pooler, where DEALLOCATE ALL could remove statements of other clients, the pool closes its
    /// connections instead; those are cheap. A connection that cannot be reset is closed in the same way.
    /// </remarks>
    internal static async Task AfterFailureAsync(NpgsqlConnection connection, DatabaseTransport source)
    {
        if (
            connection.FullState is not ConnectionState.Open
            || source.Mode is ConnectionMode.TransactionPoolerWithoutPreparedStatements
        )
            return; // the pool drops a broken connection by itself; and where nothing is prepared, nothing is left
        try
        {
            if (source.Mode is ConnectionMode.Direct)
            {
                connection.UnprepareAll(); // the driver has no asynchronous form of it
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
