using Npgsql;

namespace CallIntel.Sdk.Testing.Tests;

/// <summary>Runs a statement on a new connection.</summary>
static class Sql
{
    internal static async Task<T> ScalarAsync<T>(string connectionString, string text)
    {
        await using NpgsqlConnection connection = await OpenAsync(connectionString);
        await using var command = new NpgsqlCommand(text, connection);
        return (T)(await command.ExecuteScalarAsync(TestContext.Current.CancellationToken))!;
    }

    internal static async Task RunAsync(string connectionString, string text)
    {
        await using NpgsqlConnection connection = await OpenAsync(connectionString);
        await using var command = new NpgsqlCommand(text, connection);
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }

    internal static async Task<NpgsqlConnection> OpenAsync(string connectionString)
    {
        var connection = new NpgsqlConnection(
            new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false }.ConnectionString
        );
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        return connection;
    }
}
