using CallIntel.Sdk.Tenancy;
using Npgsql;

namespace CallIntel.Sdk.Ingestion.Staging;

/// <summary>Reads the cursor of the last committed batch of a stream.</summary>
static class StreamCursor
{
    const string Sql = "select cursor_ from callintel.find_stream_cursor($1, $2)";

    internal static async Task<string?> FindAsync(
        SessionTransport session,
        IngestSource source,
        CancellationToken cancellationToken
    )
    {
        NpgsqlBatchCommand command = new NpgsqlBatchCommand(Sql).With(source.Name, source.Stream);
        return (
            await session
                .ListAsync(command, row => row.IsDBNull(0) ? null : row.GetString(0), cancellationToken)
                .ConfigureAwait(false)
        ).SingleOrDefault();
    }
}
