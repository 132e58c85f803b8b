using CallIntel.Sdk.Tenancy;
using Npgsql;

namespace CallIntel.Benchmarks.Isolation;

/// <summary>A statement with an explicit org, sent through a session or bare.</summary>
static class ScopedQuery
{
    internal const string Point = "select id, occurred_at, channel, direction, outcome, duration_s from callintel.events where org_id = $1 and id = $2";

    internal const string Page =
        "select id, occurred_at, channel, direction, outcome, duration_s from callintel.events where org_id = $1 and id <= $2 order by id desc limit 50";

    internal const string Aggregate =
        "select count(*), sum(duration_s), max(occurred_at) from callintel.events where org_id = $1 and $2::uuid is not null";

    internal static async Task<long> ScopedAsync(OrgSession session, string sql, Guid org, Guid id)
    {
        long found = 0;
        await foreach (Guid _ in session.QueryAsync(sql, r => r.FieldCount == 3 ? Guid.Empty : r.GetGuid(0), [org, id]))
            found++;
        return found;
    }

    internal static async Task<long> BareAsync(NpgsqlDataSource source, string sql, Guid org, Guid id)
    {
        await using NpgsqlCommand command = source.CreateCommand(sql);
        return await CountAsync(command, org, id);
    }

    internal static async Task<long> CountAsync(NpgsqlCommand command, Guid org, Guid id)
    {
        command.Parameters.Add(new NpgsqlParameter { Value = org });
        command.Parameters.Add(new NpgsqlParameter { Value = id });
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync();
        long found = 0;
        while (await reader.ReadAsync())
        {
            if (reader.FieldCount > 3)
                reader.GetGuid(0);
            found++;
        }
        return found;
    }

    /// <summary>As a role that no policy concerns; statements prepared automatically, as in our own connections.</summary>
    /// <param name="connectionString">Where.</param>
    /// <param name="resets">Whether the pool resets a connection between two users of it, as the driver does by default.</param>
    internal static NpgsqlDataSource Prepared(string connectionString, bool resets = true) => NpgsqlDataSource.Create(
        new NpgsqlConnectionStringBuilder(connectionString) { MaxAutoPrepare = 64, AutoPrepareMinUsages = 2, NoResetOnClose = !resets }.ConnectionString);
}
