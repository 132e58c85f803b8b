using System.Data;
using CallIntel.Sdk.Diagnostics;
using Npgsql;

namespace CallIntel.Sdk.Tenancy;

/// <summary>Runs one statement of an operations tool in a transaction of its own.</summary>
static class OperatorTransaction
{
    const int Attempts = 100;
    static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(500);

    /// <summary>
    /// Runs a statement and returns its single row. Repeats it if a concurrent transaction made its snapshot outdated.
    /// </summary>
    internal static async Task<T> RunAsync<T>(
        NpgsqlDataSource source,
        IsolationLevel level,
        string sql,
        Func<NpgsqlDataReader, T> map,
        CancellationToken cancellationToken,
        params object[] values
    )
    {
        try
        {
            for (int attempt = 1; ; attempt++)
                try
                {
                    return await RunOnceAsync(source, level, sql, map, values, cancellationToken).ConfigureAwait(false);
                }
                catch (PostgresException e) when (attempt < Attempts && IsConflict(e))
                {
                    // Longer after each conflict, so that several processes take turns.
                    TimeSpan pause = TimeSpan.FromMilliseconds(10 * attempt);
                    await Task.Delay(
                            pause < LongestPause ? pause : LongestPause,
                            TimeProvider.System,
                            cancellationToken
                        )
                        .ConfigureAwait(false);
                }
        }
        catch (Exception e) when (DatabaseErrors.CanTranslate(e))
        {
            throw DatabaseErrors.TranslateForOperator(e);
        }
    }

    static async Task<T> RunOnceAsync<T>(
        NpgsqlDataSource source,
        IsolationLevel level,
        string sql,
        Func<NpgsqlDataReader, T> map,
        object[] values,
        CancellationToken cancellationToken
    )
    {
        await using NpgsqlConnection connection = await source
            .OpenConnectionAsync(cancellationToken)
            .ConfigureAwait(false);
        await using NpgsqlTransaction transaction = await connection
            .BeginTransactionAsync(level, cancellationToken)
            .ConfigureAwait(false);
        await using NpgsqlCommand command = new(sql, connection, transaction);
        command.CommandTimeout = 0; // a batch of days of a large org takes longer than the default
        foreach (object value in values)
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        T result;
        await using (
            NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false)
        )
        {
            await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            result = map(reader);
        }
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
        return result;
    }

    static bool IsConflict(PostgresException e) =>
        e.SqlState is PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected;
}
