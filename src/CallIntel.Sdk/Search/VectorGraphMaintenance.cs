using System.Data;
using System.Globalization;
using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Tenancy;
using Npgsql;

namespace CallIntel.Sdk.Search;

/// <summary>
/// Gives orgs with many vectors a graph (HNSW) of their own, and drops the graphs of those that have few again.
/// </summary>
/// <remarks>
/// Thread-safe. Connects as <c>callintel_ops</c> or as the role that installed the schema. A graph is a partial index
/// on the number of the org's model, so two orgs never share one. Building and dropping does not block reads or writes.
/// </remarks>
sealed class VectorGraphMaintenance(NpgsqlDataSource source)
{
    const string Prefix = "event_embeddings_graph_";

    /// <summary>
    /// Three times as many candidates as the default of pgvector: where vectors form groups that have nothing in
    /// common, a graph of the default misses whole groups, however long it is searched (ADR 0041).
    /// </summary>
    const string Construction = "ef_construction=200";

    const string GraphsSql = $"""
        select c.relname::text, i.indisvalid and coalesce(c.reloptions @> array['{Construction}'], false)
          from pg_catalog.pg_class c
          join pg_catalog.pg_index i on i.indexrelid = c.oid
         where c.relnamespace = 'callintel_private'::regnamespace and c.relname like 'event\_embeddings\_graph\_%'
        """;

    /// <summary>A graph that does not fit into this memory is built many times slower.</summary>
    const string MemorySql = """
        select pg_catalog.set_config('maintenance_work_mem', '512MB', false)
         where pg_catalog.pg_size_bytes(pg_catalog.current_setting('maintenance_work_mem')) < 536870912
        """;

    internal async Task<VectorGraphReport> MaintainAsync(
        int promoteAt,
        int maxGraphs,
        CancellationToken cancellationToken
    )
    {
        Dictionary<string, (string Name, int Dimensions, int Vectors)> models = [];
        foreach (Guid org in await OrgsAsync(cancellationToken).ConfigureAwait(false))
        foreach (
            (int graph, int dimensions, int vectors) in await CountAsync(org, promoteAt, cancellationToken)
                .ConfigureAwait(false)
        )
            models.TryAdd(NameOf(graph), (NameOf(graph), dimensions, vectors));

        List<string> kept = [];
        int built = 0,
            dropped = 0;
        await using NpgsqlConnection connection = await OpenAsync(cancellationToken).ConfigureAwait(false);
        List<(string Name, bool IsValid)> graphs = await ListAsync(
                connection,
                GraphsSql,
                row => (row.GetString(0), row.GetBoolean(1)),
                cancellationToken
            )
            .ConfigureAwait(false);
        foreach ((string name, bool isValid) in graphs)
            // Half of the number, so that an org near the limit does not go back and forth. A build that failed leaves
            // an invalid index, which only costs. A graph of a former version is built again; searches are exact
            // meanwhile.
            if (
                isValid
                && kept.Count < maxGraphs
                && models.TryGetValue(name, out var model)
                && model.Vectors * 2 >= promoteAt
            )
                kept.Add(name);
            else
            {
                await ExecuteAsync(
                        connection,
                        $"drop index concurrently if exists callintel_private.{name}",
                        cancellationToken
                    )
                    .ConfigureAwait(false);
                dropped++;
            }
        foreach ((string name, int dimensions, int vectors) in models.Values)
        {
            if (vectors < promoteAt || kept.Contains(name) || kept.Count >= maxGraphs)
                continue;
            string schema = (
                await ListAsync(
                        connection,
                        "select pg_catalog.quote_ident(callintel_private.vector_schema())",
                        row => row.GetString(0),
                        cancellationToken
                    )
                    .ConfigureAwait(false)
            )[0];
            await ListAsync(connection, MemorySql, _ => 0, cancellationToken).ConfigureAwait(false);
            await ExecuteAsync(
                    connection,
                    $"create index concurrently {name} on callintel_private.event_embeddings using hnsw "
                        + $"((embedding::{schema}.halfvec({Text(dimensions)})) {schema}.halfvec_ip_ops) "
                        + $"with ({Construction}) where graph = {name[Prefix.Length..]}",
                    cancellationToken
                )
                .ConfigureAwait(false);
            kept.Add(name);
            built++;
        }
        return new VectorGraphReport(kept.Count, built, dropped);
    }

    static string NameOf(int graph) => Prefix + Text(graph);

    static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    Task<Guid[]> OrgsAsync(CancellationToken cancellationToken) =>
        OperatorTransaction.RunAsync(
            source,
            IsolationLevel.ReadCommitted,
            "select coalesce(array_agg(o), '{}') from callintel_private.list_orgs() o",
            row => row.GetFieldValue<Guid[]>(0),
            cancellationToken
        );

    /// <summary>The models of an org that are not being deleted, with their vectors up to a limit.</summary>
    async Task<List<(int Graph, int Dimensions, int Vectors)>> CountAsync(
        Guid org,
        int limit,
        CancellationToken cancellationToken
    )
    {
        (int[] graphs, int[] dimensions, int[] vectors) = await OperatorTransaction
            .RunAsync(
                source,
                IsolationLevel.ReadCommitted,
                "select coalesce(array_agg(v.graph), '{}'), coalesce(array_agg(v.dimensions::integer), '{}'),"
                    + " coalesce(array_agg(v.vectors), '{}')"
                    + " from callintel_private.count_vectors($1, $2) v where v.is_current",
                row => (row.GetFieldValue<int[]>(0), row.GetFieldValue<int[]>(1), row.GetFieldValue<int[]>(2)),
                cancellationToken,
                org,
                limit
            )
            .ConfigureAwait(false);
        return [.. graphs.Select((graph, i) => (graph, dimensions[i], vectors[i]))];
    }

    async Task<NpgsqlConnection> OpenAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (DatabaseErrors.CanTranslate(e))
        {
            throw DatabaseErrors.TranslateForOperator(e);
        }
    }

    static async Task<List<T>> ListAsync<T>(
        NpgsqlConnection connection,
        string sql,
        Func<NpgsqlDataReader, T> map,
        CancellationToken cancellationToken
    )
    {
        try
        {
            await using NpgsqlCommand command = new(sql, connection) { CommandTimeout = 0 };
            await using NpgsqlDataReader reader = await command
                .ExecuteReaderAsync(cancellationToken)
                .ConfigureAwait(false);
            List<T> rows = [];
            while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
                rows.Add(map(reader));
            return rows;
        }
        catch (Exception e) when (DatabaseErrors.CanTranslate(e))
        {
            throw DatabaseErrors.TranslateForOperator(e);
        }
    }

    static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken) =>
        await ListAsync(connection, sql, _ => 0, cancellationToken).ConfigureAwait(false);
}
