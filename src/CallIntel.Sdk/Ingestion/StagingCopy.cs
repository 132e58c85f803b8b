using System.Buffers;
using Npgsql;

namespace CallIntel.Sdk.Ingestion;

/// <summary>Sends the rows of a batch into a staging slot by binary COPY.</summary>
static class StagingCopy
{
    internal const string Columns =
        "id, occurred_at, contact_id, member_id, duration_s, channel, direction, outcome, utc_offset_minutes, external_id, body, transcript, summary, "
        + "modified_at, change, body_hash, transcript_hash, summary_hash";

    const short ColumnCount = 18;

    internal static async Task WriteAsync(NpgsqlConnection connection, int slot, ReadOnlyMemory<StagedEvent> rows, CancellationToken cancellationToken)
    {
        using BinaryCopyBuffer buffer = new();
        (Guid Id, int Row)[] order = ArrayPool<(Guid Id, int Row)>.Shared.Rent(rows.Length);
        Sort(rows.Span, order);
        await using NpgsqlRawCopyStream copy = await connection
            .BeginRawBinaryCopyAsync($"copy callintel.staging_{slot} ({Columns}) from stdin (format binary)", cancellationToken).ConfigureAwait(false);
        try
        {
            buffer.WriteHeader();
            for (int i = 0; i < rows.Length; i++)
            {
                Write(buffer, in rows.Span[order[i].Row]);
                if (buffer.IsFull)
                    await SendAsync(copy, buffer, cancellationToken).ConfigureAwait(false);
            }
            buffer.WriteTrailer();
            await SendAsync(copy, buffer, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            // closing the stream would say that all rows are there
            await copy.CancelAsync().ConfigureAwait(false);
            throw;
        }
        finally
        {
            ArrayPool<(Guid Id, int Row)>.Shared.Return(order);
        }
    }

    /// <summary>In the order of the key, so that the index grows at its right edge; of one key in the order they came. Rows are too large to be moved about for it.</summary>
    static void Sort(ReadOnlySpan<StagedEvent> rows, (Guid Id, int Row)[] order)
    {
        bool sorted = true;
        for (int i = 0; i < rows.Length; i++)
        {
            order[i] = (rows[i].Id, i);
            sorted &= i == 0 || order[i - 1].Id.CompareTo(order[i].Id) <= 0;
        }
        if (!sorted)
            order.AsSpan(0, rows.Length).Sort();
    }

    static async Task SendAsync(NpgsqlRawCopyStream copy, BinaryCopyBuffer buffer, CancellationToken cancellationToken)
    {
        await copy.WriteAsync(buffer.Written, cancellationToken).ConfigureAwait(false);
        buffer.Clear();
    }

    static void Write(BinaryCopyBuffer buffer, in StagedEvent row)
    {
        buffer.StartRow(ColumnCount);
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
