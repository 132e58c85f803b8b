using CallIntel.Sdk.Events;
using Npgsql;

namespace CallIntel.Benchmarks.Ingestion;

/// <summary>Operations that all ingestion benchmarks share.</summary>
static class IngestLoad
{
    internal static async Task CheckpointAsync(NpgsqlDataSource admin)
    {
        await using NpgsqlCommand command = admin.CreateCommand("checkpoint");
        command.CommandTimeout = 0;
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>
    /// Returns counts and checksums of the stored rows, without random values: ids of orgs and contacts, and bytes of
    /// envelopes.
    /// </summary>
    internal static async Task<string> ChecksumAsync(NpgsqlDataSource admin, string schema)
    {
        await using NpgsqlCommand command = admin.CreateCommand(
            $"""
            select (select count(*) || ' ' || sum(hashtext(id::text || occurred_at || channel || direction || outcome
                                                           || external_id)::bigint)
                      from {schema}.events)
                || ' '
                || (select count(*) || ' ' || sum(hashtext(event_id::text || length(body))::bigint)
                      from {schema}.event_contents)
            """
        );
        command.CommandTimeout = 0;
        return (string)(await command.ExecuteScalarAsync())!;
    }

    internal static async IAsyncEnumerable<EventRecord> Async(IEnumerable<EventRecord> records)
    {
        await Task.CompletedTask;
        foreach (EventRecord record in records)
            yield return record;
    }
}
