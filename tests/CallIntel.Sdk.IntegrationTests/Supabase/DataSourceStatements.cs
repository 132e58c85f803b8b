using Npgsql;

namespace CallIntel.Sdk.IntegrationTests.Supabase;

/// <summary>Executes a statement with one call.</summary>
static class DataSourceStatements
{
    internal static async Task RunAsync(this NpgsqlDataSource source, string sql)
    {
        await using NpgsqlCommand command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    internal static async Task<object?> ScalarAsync(this NpgsqlDataSource source, string sql)
    {
        await using NpgsqlCommand command = source.CreateCommand(sql);
        return await command.ExecuteScalarAsync();
    }

    internal static async Task<IReadOnlyList<string>> ListAsync(this NpgsqlDataSource source, string sql)
    {
        await using NpgsqlCommand command = source.CreateCommand(sql);
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync();
        List<string> values = [];
        while (await reader.ReadAsync())
            values.Add(reader.GetString(0));
        return values;
    }
}
