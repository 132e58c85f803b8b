using System.Data;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using Npgsql;

namespace CallIntel.Sdk.IntegrationTests;

/// <summary>
/// An open transaction of the application role with a verified context, to execute statements that the SDK never sends
/// but injected SQL could.
/// </summary>
sealed class SessionTransaction : IAsyncDisposable
{
    readonly NpgsqlConnection _connection;
    readonly NpgsqlTransaction _transaction;

    SessionTransaction(NpgsqlConnection connection, NpgsqlTransaction transaction) =>
        (_connection, _transaction) = (connection, transaction);

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <param name="database">The database.</param>
    /// <param name="identity">Whose context it is.</param>
    /// <param name="isolation">The transaction's.</param>
    /// <param name="capabilities">What the token carries at most.</param>
    /// <param name="role">Another role than the application's: what code that belongs to it can do with this
    /// context.</param>
    internal static async Task<SessionTransaction> BeginAsync(
        TestDatabase database,
        OrgIdentity identity,
        IsolationLevel isolation = IsolationLevel.ReadCommitted,
        Permission capabilities = Permission.All,
        string? role = null
    )
    {
        NpgsqlConnection connection = role is null
            ? await database.DataSource.Database.OpenConnectionAsync(Cancellation)
            : await database.Admin.OpenConnectionAsync(Cancellation);
        NpgsqlTransaction transaction = await connection.BeginTransactionAsync(isolation, Cancellation);
        await using NpgsqlBatch context = new(connection, transaction)
        {
            BatchCommands = { database.DataSource.Database.BeginCommand(identity, (long)capabilities) },
        };
        if (role is not null)
            context.BatchCommands.Add(new NpgsqlBatchCommand($"set local role {role}"));
        await context.ExecuteNonQueryAsync(Cancellation);
        return new SessionTransaction(connection, transaction);
    }

    internal async Task<object?> RunAsync(string sql, params object[] values)
    {
        await using NpgsqlCommand command = new(sql, _connection, _transaction);
        foreach (object value in values)
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        return await command.ExecuteScalarAsync(Cancellation);
    }

    /// <returns>How many rows it writes, or the SQLSTATE that refuses it; after that only disposing is
    /// possible.</returns>
    internal async Task<string> WriteAsync(string sql)
    {
        await using NpgsqlCommand command = new(sql, _connection, _transaction);
        try
        {
            return $"{await command.ExecuteNonQueryAsync(Cancellation)}";
        }
        catch (PostgresException e)
        {
            return e.SqlState;
        }
    }

    internal async Task<string> ExplainAsync(string sql)
    {
        await using NpgsqlCommand command = new(
            "explain (analyze, costs off, timing off, summary off) " + sql,
            _connection,
            _transaction
        );
        List<string> lines = [];
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(Cancellation);
        while (await reader.ReadAsync(Cancellation))
            lines.Add(reader.GetString(0));
        return string.Join('\n', lines);
    }

    internal Task CommitAsync() => _transaction.CommitAsync(Cancellation);

    public async ValueTask DisposeAsync()
    {
        await _transaction.DisposeAsync();
        await _connection.DisposeAsync();
    }
}
