using CallIntel.Sdk.Tenancy;
using Npgsql;
using NpgsqlTypes;

namespace CallIntel.Sdk.Ingestion;

/// <summary>Stores one batch in one transaction: COPY into a staging slot, merge, then counters, rejects and cursor.</summary>
sealed class IngestLane(OrgSession session, IngestRun run)
{
    /// <param name="batch">The rows, with contacts resolved.</param>
    /// <param name="cursorBefore">Where the stream must stand, unless somebody else moved it.</param>
    /// <param name="predecessor">The batch before this one: copying overlaps with it, committing waits for it, so that cursors move in order.</param>
    /// <param name="cancellationToken">Cancels; the batch is then not stored at all.</param>
    /// <returns>Rows inserted; the others of the batch were there already.</returns>
    internal async Task<long> StoreAsync(IngestBatch batch, string? cursorBefore, Task predecessor, CancellationToken cancellationToken)
    {
        await using NpgsqlConnection connection = await session.Source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);

        int slot = await OpenSlotAsync(connection, cancellationToken).ConfigureAwait(false);
        await StagingCopy.WriteAsync(connection, slot, batch.Events, cancellationToken).ConfigureAwait(false);
        (long staged, long inserted, DateTime? latest) = await MergeAsync(connection, slot, cancellationToken).ConfigureAwait(false);

        await predecessor.WaitAsync(cancellationToken).ConfigureAwait(false);
        await RecordAsync(connection, batch, staged, inserted, latest, cursorBefore, cancellationToken).ConfigureAwait(false);
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
        return inserted;
    }

    async Task<int> OpenSlotAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using NpgsqlBatch batch = new(connection);
        batch.BatchCommands.Add(session.BeginCommand());
        batch.BatchCommands.Add(new NpgsqlBatchCommand("select callintel.open_slot()"));
        await using NpgsqlDataReader reader = await OrgSession.OpenReaderAsync(batch, cancellationToken).ConfigureAwait(false);
        await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        return reader.GetInt32(0);
    }

    async Task<(long Staged, long Inserted, DateTime? Latest)> MergeAsync(NpgsqlConnection connection, int slot, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand merge = new("select staged, inserted, latest from callintel.merge_batch($1, $2)", connection) { CommandTimeout = 0 };
        merge.Parameters.Add(new NpgsqlParameter<int> { TypedValue = slot });
        merge.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = run.SourceId });
        await using NpgsqlDataReader reader = await merge.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        return (reader.GetInt64(0), reader.GetInt64(1), reader.IsDBNull(2) ? null : reader.GetDateTime(2));
    }

    async Task RecordAsync(
        NpgsqlConnection connection, IngestBatch batch, long staged, long inserted, DateTime? latest, string? cursorBefore, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand record = new("select callintel.record_batch($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)", connection);
        record.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = run.RunId });
        record.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = run.StreamId });
        record.Parameters.Add(new NpgsqlParameter<long> { TypedValue = staged });
        record.Parameters.Add(new NpgsqlParameter<long> { TypedValue = inserted });
        record.Parameters.Add(new NpgsqlParameter { Value = (object?)latest ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.TimestampTz });
        record.Parameters.Add(new NpgsqlParameter<long[]> { TypedValue = [.. batch.Rejects.Select(r => r.Ordinal)] });
        record.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. batch.Rejects.Select(r => r.Reason.ToCode())] });
        record.Parameters.Add(new NpgsqlParameter<byte[]?[]> { TypedValue = [.. batch.Rejects.Select(r => r.Raw)] });
        record.Parameters.Add(new NpgsqlParameter { Value = (object?)cursorBefore ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text });
        record.Parameters.Add(new NpgsqlParameter { Value = (object?)batch.Cursor ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text });
        await record.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }
}
