using Npgsql;

namespace CallIntel.Sdk.Tenancy;

/// <summary>Takes back what a statement of a host's own may have left on its connection, which serves another org next.</summary>
/// <remarks>
/// The SDK's own statements leave nothing, so the pool resets nothing. These commands follow a host's statement in the same transaction: if it
/// fails, what it set ends with the transaction. Locks of the session, which do not, are released by the next <c>callintel.begin_session</c>.
/// Not behind a pooler, which would take from RESET that the client wants other settings than it asked for when it connected.
/// </remarks>
static class ConnectionReset
{
    static readonly string[] Commands = ["reset role", "reset all", "close all", "unlisten *", "discard temp", "discard sequences"];

    internal static void AddTo(NpgsqlBatch batch, ConnectionMode mode)
    {
        if (mode is not ConnectionMode.Direct)
            return;
        foreach (string command in Commands)
            batch.BatchCommands.Add(new NpgsqlBatchCommand(command));
    }
}
