using CallIntel.Sdk.Ingestion.Staging;
using Npgsql;

namespace CallIntel.Sdk.Ingestion.Bulk;

/// <summary>Sends the rows of a batch into a staging slot by binary COPY.</summary>
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

    /// <summary>Closing the stream would say that all rows are there.</summary>
    static async Task CancelAsync(NpgsqlRawCopyStream copy)
    {
        try
        {
            await copy.CancelAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (e is ObjectDisposedException or NpgsqlException or IOException)
        {
            // the connection is gone, and its rows with it; why is what the caller is told
        }
    }

    static async Task SendAsync(NpgsqlRawCopyStream copy, BinaryCopyBuffer buffer, CancellationToken cancellationToken)
    {
        await copy.WriteAsync(buffer.Written, cancellationToken).ConfigureAwait(false);
        buffer.Clear();
    }

    /// <summary>By hand and not by <see cref="EventColumns"/>, which costs a call and a box a value.</summary>
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
    }
}
