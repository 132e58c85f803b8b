using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using Npgsql;

namespace CallIntel.Benchmarks.Vectors;

/// <summary>Clustered vectors of orgs, and the same rows in a table of a peer that shares one graph.</summary>
static class VectorData
{
    internal const int Dimensions = 384;

    internal static readonly DateTimeOffset Start = new(2026, 1, 5, 0, 0, 0, TimeSpan.Zero);

    /// <summary>The time that the events of each org cover.</summary>
    internal static readonly TimeSpan Span = TimeSpan.FromDays(40);

    internal static async Task PrepareAsync(TestDatabase database) =>
        await ExecuteAsync(
            database,
            $"""
            create schema peer;
            create table peer.vectors (org_id uuid not null, event_id uuid not null,
                embedding halfvec({Dimensions}) not null, primary key (org_id, event_id));
            create table peer.centers as
                select c,
                       (select array_agg(random() - 0.5) from generate_series(1, {Dimensions}) where c is not null) as v
                  from generate_series(0, 199) c;
            """
        );

    /// <summary>Stores events at equal distances, each with a vector near one of 200 centers.</summary>
    internal static Task FillAsync(TestDatabase database, TestOrg org, int events) =>
        ExecuteAsync(
            database,
            $"""
            insert into callintel_private.embedding_models (org_id, model, name, dimensions, state, daily_limit,
                enabled_by)
            values ('{org.Id}', 1, 'm', {Dimensions}, 1, 1, '{org.Members[OrgRole.Owner]}');
            insert into callintel_private.events (org_id, id, occurred_at, source_id, channel, direction, outcome,
                member_id)
            select '{org.Id}', callintel.first_id(t), t, '{org.Id}', 2, 1, 1, '{org.Members[OrgRole.Admin]}'
              from generate_series(0, {events - 1}) n,
                   lateral (select date_trunc('milliseconds', timestamptz '{Start:O}'
                                   + n * interval '{Span.TotalSeconds / events:0.######} seconds') as t) x;
            insert into callintel_private.event_embeddings (org_id, event_id, model, chunk, member_id, graph,
                content_hash, embedding)
            select e.org_id, e.id, 1, 0, e.member_id, m.graph, '\x00', l2_normalize(x.v::real[]::halfvec)
              from callintel_private.events e
              join callintel_private.embedding_models m on m.org_id = e.org_id
              join peer.centers c on c.c = abs(hashtext(e.id::text)) % 200,
                   lateral (select array_agg(u + 0.6 * (random() - 0.5)) as v
                              from unnest(c.v) u where e.id is not null) x
             where e.org_id = '{org.Id}';
            insert into peer.vectors
            select org_id, event_id, embedding from callintel_private.event_embeddings where org_id = '{org.Id}';
            """
        );

    internal static async Task ExecuteAsync(TestDatabase database, string sql)
    {
        await using NpgsqlCommand command = database.Admin.CreateCommand(sql);
        command.CommandTimeout = 0;
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Queries near stored vectors, as a search for similar texts is.</summary>
    internal static async Task<List<float[]>> QueriesAsync(TestDatabase database, TestOrg org, int count)
    {
        await using NpgsqlCommand command = database.Admin.CreateCommand(
            $"""
            select (select array_agg(u + 0.02 * (random() - 0.5)) from unnest(v.embedding::real[]) u)::real[]
              from peer.vectors v where v.org_id = '{org.Id}' order by md5(v.event_id::text) limit {count}
            """
        );
        List<float[]> queries = [];
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
            queries.Add(reader.GetFieldValue<float[]>(0));
        return queries;
    }
}
