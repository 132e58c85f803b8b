using System.Data.Common;
using CallIntel.Sdk.Tenancy;
using Npgsql;

namespace CallIntel.Benchmarks.Isolation;

/// <summary>A statement as it is written for a session, whose policies supply the org, and as it is written where nothing does.</summary>
sealed class ScopedQuery
{
    const string Rows = "select id, occurred_at, channel, direction, outcome, duration_s from callintel.events";
    const string Sums = "select count(*), sum(duration_s), max(occurred_at) from callintel.events";

    internal static readonly ScopedQuery
        Point = new($"{Rows} where id = $1", $"{Rows} where org_id = $2 and id = $1", takesId: true),
        Page = new($"{Rows} where id <= $1 order by id desc limit 50", $"{Rows} where org_id = $2 and id <= $1 order by id desc limit 50", takesId: true),
        Aggregate = new(Sums, $"{Sums} where org_id = $1", takesId: false);

    readonly string _scoped, _explicit;
    readonly bool _takesId;

    ScopedQuery(string scoped, string withOrg, bool takesId)
    {
        _scoped = scoped;
        _explicit = withOrg;
        _takesId = takesId;
    }

    /// <summary>Through a session.</summary>
    internal Task<long> ScopedAsync(OrgSession session, Guid id) => CountAsync(session, _scoped, QueryPlan.Generic, _takesId ? [id] : []);

    /// <summary>Through a session, planned for its values, of which the org has to be one.</summary>
    internal Task<long> PlannedAsync(OrgSession session, Guid id)
    {
        Guid org = session.Identity.Org.Value;
        return CountAsync(session, _explicit, QueryPlan.Custom, _takesId ? [id, org] : [org]);
    }

    /// <summary>Past all policies, the org named.</summary>
    internal async Task<long> BareAsync(NpgsqlDataSource source, Guid org, Guid id)
    {
        await using NpgsqlCommand command = source.CreateCommand(_explicit);
        return await CountAsync(command, _takesId ? [id, org] : [org]);
    }

    internal static async Task<long> CountAsync(NpgsqlCommand command, params Guid[] parameters)
    {
        foreach (Guid parameter in parameters)
            command.Parameters.Add(new NpgsqlParameter { Value = parameter });
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync();
        long found = 0;
        for (; await reader.ReadAsync(); found++)
            Read(reader);
        return found;
    }

    /// <summary>As a role that no policy concerns; statements prepared automatically, as in our own connections.</summary>
    /// <param name="connectionString">Where.</param>
    /// <param name="resets">Whether the pool resets a connection between two users of it, as the driver does by default.</param>
    /// <param name="options">Settings of its connections.</param>
    internal static NpgsqlDataSource Prepared(string connectionString, bool resets = true, string? options = null) => NpgsqlDataSource.Create(
        new NpgsqlConnectionStringBuilder(connectionString) { MaxAutoPrepare = 64, AutoPrepareMinUsages = 2, NoResetOnClose = !resets, Options = options }.ConnectionString);

    static async Task<long> CountAsync(OrgSession session, string sql, QueryPlan plan, object[] parameters)
    {
        long found = 0;
        await foreach (Guid _ in session.QueryAsync(sql, Read, parameters, plan))
            found++;
        return found;
    }

    static Guid Read(DbDataReader row) => row.FieldCount == 3 ? Guid.Empty : row.GetGuid(0);
}
