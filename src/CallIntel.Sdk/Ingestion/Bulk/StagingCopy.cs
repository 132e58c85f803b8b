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
                batch.Events[batch.Order[i]].WriteTo(buffer);
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
}
