using CallIntel.Sdk.Ingestion.Staging;
using CallIntel.Sdk.Tenancy;
using Npgsql;

namespace CallIntel.Sdk.Ingestion.Webhooks;

/// <summary>
/// A record that is probably new as one call without arrays, which is what most webhooks deliver (ADR 0023, 0028).
/// </summary>
static class SingleWrite
{
    static readonly string Text =
        $"select callintel.write_event($1, $2, $3, $4, {EventColumns.Placeholders(5, EventColumns.Stored)})";

    /// <summary>Whether the batch is one record that has content and metadata and nothing else.</summary>
    internal static bool CanTake(IngestBatch batch, IngestSource source) =>
        batch is { Events.Count: 1, Rejects.Count: 0 } && !source.TimesMayChange && batch.Events[0].IsPlain;

    /// <returns>Whether it stored the record; if not, nothing was done.</returns>
    internal static async Task<bool> TryAsync(
        SessionTransport session,
        StagedEvent row,
        IngestRun run,
        CancellationToken cancellationToken
    )
    {
        NpgsqlBatchCommand write = new NpgsqlBatchCommand(Text).With([
            session.TokenParameter(),
            run.SourceId,
            run.RunId,
            run.StreamId,
            .. EventColumns.Stored.Select(column => column.One(row)),
        ]);
        return (bool)await session.CallAsync(write, cancellationToken).ConfigureAwait(false);
    }
}
