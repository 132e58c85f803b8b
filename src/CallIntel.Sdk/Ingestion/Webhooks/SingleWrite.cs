using CallIntel.Sdk.Ingestion.Staging;
using CallIntel.Sdk.Tenancy;
using Npgsql;

namespace CallIntel.Sdk.Ingestion.Webhooks;

/// <summary>
/// Stores a single record that is probably new with one function call without arrays. Most webhooks send such records
/// (ADR 0023, 0028).
/// </summary>
static class SingleWrite
{
    static readonly string Text =
        $"select callintel.write_event($1, $2, $3, $4, {EventColumns.Placeholders(5, EventColumns.Stored)})";

    /// <summary>
    /// Whether the batch is a single record with content and metadata, but without details or attachments.
    /// </summary>
    internal static bool CanTake(IngestBatch batch, IngestSource source) =>
        batch is { Events.Count: 1, Rejects.Count: 0, Suppressed: 0 }
        && !source.TimesMayChange
        && batch.Events[0].IsPlain;

    /// <returns>Whether the record was stored. If not, nothing was changed.</returns>
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
