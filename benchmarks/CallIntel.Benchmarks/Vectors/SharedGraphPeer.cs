using System.Diagnostics;
using CallIntel.Sdk.Testing;
using Npgsql;

namespace CallIntel.Benchmarks.Vectors;

/// <summary>
/// What pgvector's documentation shows: one table with one graph, a statement with a filter, and no row-level security.
/// </summary>
sealed class SharedGraphPeer : IAsyncDisposable
{
    readonly NpgsqlConnection _connection;
    readonly string _table;

    SharedGraphPeer(NpgsqlConnection connection, string table) => (_connection, _table) = (connection, table);

    /// <param name="database">The database.</param>
    /// <param name="table">The table of the peer.</param>
    /// <param name="iterative">Whether the graph goes on until enough rows are left.</param>
    /// <param name="ef">How many candidates the graph keeps.</param>
    internal static async Task<SharedGraphPeer> OpenAsync(TestDatabase database, string table, bool iterative, int ef)
    {
        NpgsqlConnection connection = await database.Admin.OpenConnectionAsync();
        await using NpgsqlCommand settings = new(
            $"select '[1]'::vector; set hnsw.ef_search = {ef};"
                + $" set hnsw.iterative_scan = {(iterative ? "relaxed_order" : "off")};"
                + " set plan_cache_mode = force_custom_plan; set enable_sort = off; set enable_bitmapscan = off;"
                + " set enable_seqscan = off",
            connection
        );
        await settings.ExecuteNonQueryAsync();
        return new SharedGraphPeer(connection, table);
    }

    internal async Task<(List<Guid> Found, double Milliseconds)> FindAsync(
        Guid org,
        float[] query,
        Guid lowest,
        bool filters
    )
    {
        await using NpgsqlCommand command = new(
            $"select event_id from {_table} "
                + (filters ? "where org_id = $2 and event_id >= $3 " : "")
                + "order by embedding <#> $1::halfvec limit 10",
            _connection
        );
        command.Parameters.Add(new NpgsqlParameter { Value = query });
        if (filters)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = org });
            command.Parameters.Add(new NpgsqlParameter { Value = lowest });
        }
        long start = Stopwatch.GetTimestamp();
        List<Guid> found = [];
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
            found.Add(reader.GetGuid(0));
        return (found, Stopwatch.GetElapsedTime(start).TotalMilliseconds);
    }

    /// <summary>The ten nearest events without any index.</summary>
    internal static async Task<HashSet<Guid>> ExactAsync(TestDatabase database, Guid org, float[] query, Guid lowest)
    {
        await using NpgsqlCommand command = database.Admin.CreateCommand(
            "select event_id from peer.vectors where org_id = $2 and event_id >= $3"
                + " order by (embedding <#> $1::halfvec) + 0 limit 10"
        );
        foreach (object value in new object[] { query, org, lowest })
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        HashSet<Guid> ids = [];
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
            ids.Add(reader.GetGuid(0));
        return ids;
    }

    public ValueTask DisposeAsync() => _connection.DisposeAsync();
}
