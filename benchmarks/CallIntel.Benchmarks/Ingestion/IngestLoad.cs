using CallIntel.Sdk.Events;
using Npgsql;

namespace CallIntel.Benchmarks.Ingestion;

/// <summary>What every measured load does around the clock.</summary>
static class IngestLoad
{
    internal static async Task CheckpointAsync(NpgsqlDataSource admin)
    {
        await using NpgsqlCommand command = admin.CreateCommand("checkpoint");
        command.CommandTimeout = 0;
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Counts and checksums of what was stored; ids of orgs and contacts and the bytes of envelopes are random and left out.</summary>
    internal static async Task<string> SumAsync(NpgsqlDataSource admin, string schema)
    {
        await using NpgsqlCommand command = admin.CreateCommand(
            $"""
            select (select count(*) || ' ' || sum(hashtext(id::text || occurred_at || channel || direction || outcome || external_id)::bigint) from {schema}.events) || ' '
                || (select count(*) || ' ' || sum(hashtext(event_id::text || length(body))::bigint) from {schema}.event_contents)
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
