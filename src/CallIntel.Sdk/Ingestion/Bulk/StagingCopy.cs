using CallIntel.Sdk.Ingestion.Staging;
using Npgsql;

namespace CallIntel.Sdk.Ingestion.Bulk;

/// <summary>Sends the rows of a batch to a staging slot with binary COPY.</summary>
static class StagingCopy
{
    internal static async Task WriteAsync(
        NpgsqlConnection connection,
        int slot,
        IngestBatch batch,
        CancellationToken cancellationToken
    )
    {
        using BinaryCopyBuffer buffer = new();
        await using NpgsqlRawCopyStream copy = await connection
            .BeginRawBinaryCopyAsync(
                $"copy callintel.staging_{slot} ({EventColumns.Names}) from stdin (format binary)",
                cancellationToken
            )
            .ConfigureAwait(false);
        try
        {
            buffer.WriteHeader();
            for (int i = 0; i < batch.Order.Count; i++)
            {
                Write(buffer, in batch.Events[batch.Order[i]]);
                if (buffer.IsFull)
                    await SendAsync(copy, buffer, cancellationToken).ConfigureAwait(false);
            }
            buffer.WriteTrailer();
            await SendAsync(copy, buffer, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            await CancelAsync(copy).ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>
    /// Cancels the COPY. Closing the stream instead would complete it with an incomplete set of rows.
    /// </summary>
    static async Task CancelAsync(NpgsqlRawCopyStream copy)
    {
        try
        {
            await copy.CancelAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (e is ObjectDisposedException or NpgsqlException or IOException)
        {
            // The connection is lost, and the copied rows with it. The caller receives the original error.
        }
    }

    static async Task SendAsync(NpgsqlRawCopyStream copy, BinaryCopyBuffer buffer, CancellationToken cancellationToken)
    {
        await copy.WriteAsync(buffer.Written, cancellationToken).ConfigureAwait(false);
        buffer.Clear();
    }

    /// <summary>
    /// Writes a row without using <see cref="EventColumns"/>, which would cost a call and a boxing allocation per
    /// value.
    /// </summary>
    internal static void Write(BinaryCopyBuffer buffer, in StagedEvent row)
    {
        buffer.StartRow((short)EventColumns.All.Count);
        buffer.Write(row.Id);
        buffer.Write(row.OccurredAt);
        buffer.Write(row.Contact);
        buffer.Write(row.Member);
        buffer.Write(row.DurationSeconds);
        buffer.Write(row.Channel);
        buffer.Write(row.Direction);
        buffer.Write(row.Outcome);
        buffer.Write(row.UtcOffsetMinutes);
        buffer.Write(row.ExternalId);
        buffer.Write(row.StoredBody);
        buffer.Write(row.StoredTranscript);
        buffer.Write(row.StoredSummary);
        buffer.Write(row.ModifiedAt);
        buffer.Write(row.Change);
        buffer.Write(row.BodyHash);
        buffer.Write(row.TranscriptHash);
        buffer.Write(row.SummaryHash);
        buffer.Write(row.ConversationKey);
        buffer.Write(row.Line);
        buffer.Write(row.OutcomeRank);
    }
}
