using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion.Staging;
using CallIntel.Sdk.Tenancy;
using Npgsql;
using NpgsqlTypes;

namespace CallIntel.Sdk.Ingestion.Bulk;

/// <summary>
/// Stores one batch in one transaction: COPY into a staging slot, merge, then update the counters, rejects and cursor.
/// </summary>
sealed class IngestLane(IngestContext context, IngestRun run, IngestSource source)
{
    const int Attempts = 5;

    /// <param name="batch">The batch, with contacts resolved.</param>
    /// <param name="cursorBefore">The expected cursor of the stream. If it differs, another run has moved it.</param>
    /// <param name="commitSlot">
    /// The commit slot of the batch. Copying overlaps with other batches, and so does merging unless a batch is
    /// exclusive.
    /// </param>
    /// <param name="cancellationToken">
    /// The token to monitor for cancellation requests. No record of a canceled batch is stored.
    /// </param>
    internal async Task<MergeCounts> StoreAsync(
        IngestBatch batch,
        string? cursorBefore,
        CommitSlot commitSlot,
        CancellationToken cancellationToken
    )
    {
        for (int overtaken = 0; ; )
        {
            try
            {
                if (
                    await TryStoreAsync(batch, cursorBefore, commitSlot, cancellationToken).ConfigureAwait(false) is
                    { } counts
                )
                    return counts;
            }
            catch (PostgresException e) when (IsOvertaken(e) && ++overtaken < Attempts)
            {
                context.Log.BatchRetried(run.RunId, overtaken + 1, e.SqlState);
                commitSlot.BecomeExclusive();
            }
            commitSlot.StartOver();
        }
    }

    /// <summary>
    /// Whether another transaction stored one of these records in the meantime, so a retry will find it; or whether the
    /// batch, running in parallel with others, would have had to wait for a lock.
    /// </summary>
    static bool IsOvertaken(PostgresException e) =>
        e.SqlState
            is PostgresErrorCodes.UniqueViolation
                or PostgresErrorCodes.LockNotAvailable
                or PostgresErrorCodes.DeadlockDetected;

    /// <returns>Null if the batch yielded to an earlier one. It then holds no locks and no slot.</returns>
    async Task<MergeCounts?> TryStoreAsync(
        IngestBatch batch,
        string? cursorBefore,
        CommitSlot commitSlot,
        CancellationToken cancellationToken
    )
    {
        await commitSlot.WaitForPlaceAsync(cancellationToken).ConfigureAwait(false);
        await using NpgsqlConnection connection = await context
            .Session.Database.OpenConnectionAsync(cancellationToken)
            .ConfigureAwait(false);
        await using NpgsqlTransaction transaction = await connection
            .BeginTransactionAsync(cancellationToken)
            .ConfigureAwait(false);

        MergeCounts? counts = default(MergeCounts);
        int? slot = await OpenAsync(connection, batch.Order.Count > 0, commitSlot.IsExclusive, cancellationToken)
            .ConfigureAwait(false);
        commitSlot.Place();
        if (slot is { } taken)
        {
            await StagingCopy.WriteAsync(connection, taken, batch, cancellationToken).ConfigureAwait(false);
            counts = null;
            if (!commitSlot.IsExclusive)
            {
                if (!await commitSlot.TryWaitForExclusiveAsync(cancellationToken).ConfigureAwait(false))
                    return null;
                counts = await TryMergeNewAsync(connection, taken, batch, cancellationToken).ConfigureAwait(false);
            }
            if (counts is null)
            {
                commitSlot.BecomeExclusive();
                if (!await commitSlot.TryWaitForStoredAsync(cancellationToken).ConfigureAwait(false))
                    return null;
                counts = await MergeAsync(connection, taken, batch, cancellationToken).ConfigureAwait(false);
            }
        }
        if (!await commitSlot.TryWaitForStoredAsync(cancellationToken).ConfigureAwait(false))
            return null;
        // Rows that are not sent repeat records that are stored or in progress, so they count as duplicates.
        MergeCounts all = counts.Value with
        {
            Staged = counts.Value.Staged + batch.Events.Count - batch.Order.Count + batch.Duplicates + batch.Suppressed,
            Suppressed = counts.Value.Suppressed + batch.Suppressed,
        };
        await RecordAsync(connection, batch, all, cursorBefore, cancellationToken).ConfigureAwait(false);
        // A commit that was sent cannot be cancelled. Its outcome is awaited, so that the counters of an interrupted
        // run include every batch that the database stored.
        cancellationToken.ThrowIfCancellationRequested();
        await transaction.CommitAsync(CancellationToken.None).ConfigureAwait(false);
        context.ReportCommit();
        return all;
    }

    /// <returns>The staging slot, if one was requested.</returns>
    async Task<int?> OpenAsync(
        NpgsqlConnection connection,
        bool takeSlot,
        bool isExclusive,
        CancellationToken cancellationToken
    )
    {
        await using NpgsqlBatch batch = new(connection);
        batch.BatchCommands.Add(context.Session.BeginCommand());
        batch.BatchCommands.Add(
            new NpgsqlBatchCommand(
                takeSlot ? "select callintel.open_slot()"
                : isExclusive ? "select null::integer"
                // Rejects are stored under the merge lock. While later batches hold it, the wait is short (merge_new).
                : "select null::integer from pg_catalog.set_config('lock_timeout', '1s', true)"
            )
        );
        await using NpgsqlDataReader reader = await batch.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await reader.NextResultAsync(cancellationToken).ConfigureAwait(false);
        await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        return reader.IsDBNull(0) ? null : reader.GetInt32(0);
    }

    /// <returns>Null if the batch changes stored records.</returns>
    async Task<MergeCounts?> TryMergeNewAsync(
        NpgsqlConnection connection,
        int slot,
        IngestBatch batch,
        CancellationToken cancellationToken
    )
    {
        await using NpgsqlCommand merge = new(
            "select inserted from callintel.merge_new($1, $2) where handled",
            connection
        )
        {
            CommandTimeout = 0,
        };
        merge.With(slot, run.SourceId);
        if (await merge.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) is not long inserted)
            return null;
        HashSet<Guid> updated = await MergeDetailsAsync(connection, batch, [], cancellationToken).ConfigureAwait(false);
        return new MergeCounts(
            batch.Order.Count,
            inserted,
            Math.Min(updated.Count, batch.Order.Count - inserted),
            0,
            batch.Latest
        );
    }

    async Task<MergeCounts> MergeAsync(
        NpgsqlConnection connection,
        int slot,
        IngestBatch batch,
        CancellationToken cancellationToken
    )
    {
        await using NpgsqlCommand merge = new(
            "select staged, inserted, suppressed, updated, latest from callintel.merge_batch($1, $2, $3)",
            connection
        )
        {
            CommandTimeout = 0,
        };
        merge.With(slot, run.SourceId, source.TimesMayChange || batch.TimesMayChange);
        MergeCounts counts;
        HashSet<Guid> updated;
        await using (NpgsqlDataReader reader = await merge.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false))
        {
            await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            updated = [.. reader.GetFieldValue<Guid[]>(3)];
            counts = new MergeCounts(
                reader.GetInt64(0),
                reader.GetInt64(1),
                0,
                reader.GetInt64(2),
                reader.IsDBNull(4) ? null : reader.GetDateTime(4)
            );
        }
        await MergeDetailsAsync(connection, batch, updated, cancellationToken).ConfigureAwait(false);
        // A record can occur several times in a batch, but at most the rows that were not inserted can be updates.
        return counts with { Updated = Math.Min(updated.Count, counts.Staged - counts.Inserted - counts.Suppressed) };
    }

    static async Task<HashSet<Guid>> MergeDetailsAsync(
        NpgsqlConnection connection,
        IngestBatch batch,
        HashSet<Guid> updated,
        CancellationToken cancellationToken
    )
    {
        foreach (DetailsMerge details in DetailsMerge.CreateAll(batch.Events))
            await details.RunAsync(connection, updated, cancellationToken).ConfigureAwait(false);
        return updated;
    }

    async Task RecordAsync(
        NpgsqlConnection connection,
        IngestBatch batch,
        MergeCounts counts,
        string? cursorBefore,
        CancellationToken cancellationToken
    )
    {
        await using NpgsqlCommand record = new(
            "select callintel.record_batch($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)",
            connection
        );
        record.With(
            run.RunId,
            run.StreamId,
            counts.Staged,
            counts.Inserted,
            counts.Updated,
            counts.Suppressed,
            counts.Latest,
            (long[])[.. batch.Rejects.Select(r => r.Ordinal)],
            (string[])[.. batch.Rejects.Select(r => r.Reason.ToCode())],
            (byte[]?[])[.. batch.Rejects.Select(r => r.Raw)],
            (string?[])[.. batch.Rejects.Select(r => r.Place)],
            cursorBefore,
            batch.Cursor,
            batch.KeysOfContent(),
            (string?[])[.. batch.Rejects.Select(r => r.Detail)],
            batch.ComparedVersion
        );
        await record.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }
}
