using CallIntel.Sdk.Testing;
using Npgsql;

namespace CallIntel.Benchmarks.Search;

/// <summary>
/// Full-text search of PostgreSQL over a table of plain texts: <c>to_tsvector('english')</c>, any of the words, and the
/// best of its ranking functions.
/// </summary>
sealed class PostgresTextPeer(NpgsqlDataSource source)
{
    /// <summary>The ways to rank, of which the best one counts.</summary>
    internal static readonly string[] Ranks =
    [
        "ts_rank(t.v, q.q)",
        "ts_rank(t.v, q.q, 1)",
        "ts_rank(t.v, q.q, 2)",
        "ts_rank_cd(t.v, q.q)",
        "ts_rank_cd(t.v, q.q, 1)",
    ];

    internal static async Task<PostgresTextPeer> CreateAsync(TestDatabase database, IReadOnlyList<string> texts)
    {
        await SearchData.ExecuteAsync(
            database,
            """
            create table plain_texts (place integer primary key, v tsvector not null);
            """
        );
        await SearchData.ExecuteAsync(
            database,
            """
            insert into plain_texts
            select t.place - 1, to_tsvector('english', t.body)
              from unnest($1::text[]) with ordinality as t (body, place)
            """,
            (object)texts.ToArray()
        );
        await SearchData.ExecuteAsync(database, "create index on plain_texts using gin (v); analyze plain_texts;");
        return new PostgresTextPeer(database.Admin);
    }

    internal async Task<List<int>> FindAsync(string rank, string text)
    {
        await using NpgsqlCommand command = source.CreateCommand(
            $"""
            with q as (select string_agg(quote_literal(u.lexeme), '|')::tsquery as q
                         from unnest(to_tsvector('english', $1)) u)
            select t.place from q, plain_texts t where t.v @@ q.q order by {rank} desc, t.place limit 10
            """
        );
        command.Parameters.Add(new NpgsqlParameter { Value = text });
        List<int> places = [];
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
            places.Add(reader.GetInt32(0));
        return places;
    }
}
