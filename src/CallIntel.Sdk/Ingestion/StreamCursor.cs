using CallIntel.Sdk.Tenancy;
using Npgsql;

namespace CallIntel.Sdk.Ingestion;

/// <summary>Where the last committed batch of a stream left off.</summary>
static class StreamCursor
{
    const string Sql = """
        select s.cursor
          from callintel.sync_streams s
          join callintel.sync_sources src on src.org_id = s.org_id and src.id = s.source_id
          join callintel.sync_sources named on named.org_id = src.org_id and coalesce(named.renamed_to, named.id) = src.id
         where s.org_id = $1 and named.name = $2 and s.name = $3
        """;

    internal static async Task<string?> FindAsync(OrgSession session, IngestSource source, CancellationToken cancellationToken)
    {
        NpgsqlBatchCommand command = new(Sql);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = session.Identity.Org.Value });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = source.Name });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = source.Stream });
        return (await session.ListAsync(command, row => row.IsDBNull(0) ? null : row.GetString(0), cancellationToken).ConfigureAwait(false)).SingleOrDefault();
    }
}
