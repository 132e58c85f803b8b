using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion.Rejects;
using CallIntel.Sdk.Ingestion.Staging;
using Npgsql;

namespace CallIntel.Sdk.Ingestion.Webhooks;

/// <summary>
/// Stores a few records in one statement and one transaction. This takes one round trip if the process has cached the
/// run, contacts and keys.
/// </summary>
static class StreamLane
{
    internal const int MostRecords = 1000;
    const long MostBytes = 64L << 20;
    const int Attempts = 4;

    internal static async Task<IngestReport> WriteAsync(
        IngestContext context,
        IngestSource source,
        IReadOnlyList<EventRecord> records,
        CancellationToken cancellationToken
    )
    {
        if (records.Count is < 1 or > MostRecords)
            throw new CallIntelException(
                ErrorCodes.WriteCount,
                $"WriteAsync takes 1 to {MostRecords} records, not {records.Count}.",
                "Use IngestAsync to store more records."
            );
        long started = context.Time.GetTimestamp();
        for (int attempt = 1; ; attempt++)
        {
            RollingRun run = await context
                .Shared.Runs.GetAsync(context.Session, source, cancellationToken)
                .ConfigureAwait(false);
            try
            {
                using BatchBuilder builder = BuilderOf(context, source, run);
                using IngestBatch batch = new();
                await BuildAsync(builder, records, run.Take(records.Count), batch, cancellationToken)
                    .ConfigureAwait(false);
                long sending = context.Time.GetTimestamp();
                MergeCounts counts = await Tracing
                    .SpanAsync("callintel.ingest.write", "callintel.ingest.records", batch.Count, () =>
                        SendAsync(context, source, run.Run, batch, cancellationToken)
                    )
                    .ConfigureAwait(false);
                context.ReportCommit();
                context.Metrics.BatchStored(counts, batch.Rejects, context.Time.GetElapsedTime(sending));
                RejectCounter counter = new();
                foreach (Reject reject in batch.Rejects)
                    counter.Add(reject.Reason, reject.Detail);
                return new IngestReport(
                    run.Run.RunId,
                    batch.Count,
                    counts.Inserted,
                    counts.Updated,
                    counts.Staged - counts.Inserted - counts.Updated - counts.Suppressed,
                    batch.Rejects.Count,
                    counts.Suppressed,
                    context.Time.GetElapsedTime(started),
                    null
                )
                {
                    UnrecognizedNumbers = batch.UnrecognizedNumbers,
                    AssumedDirections = batch.AssumedDirections,
                    AssumedTimes = batch.AssumedTimes,
                    RejectReasons = counter.ToList(),
                };
            }
            catch (CallIntelException e) when (attempt < Attempts && IsLost(e))
            {
                // The rejects are bound to the run, so the whole batch has to be prepared again.
                context.Log.RollingRunLost(run.Run.RunId, DatabaseErrors.Describe(e));
                context.Shared.Runs.Forget(run);
            }
        }
    }

    /// <summary>
    /// Whether the database no longer has the run, the stream, a key or a contact, for example after a failover to a
    /// standby that was behind. A write does not use the cursor, so only its rejects refer to the run.
    /// </summary>
    static bool IsLost(CallIntelException e) =>
        e.Code is ErrorCodes.CursorMoved or ErrorCodes.RunNotOpen or ErrorCodes.KeyLost
        || e.InnerException is PostgresException { SqlState: PostgresErrorCodes.ForeignKeyViolation };

    static BatchBuilder BuilderOf(IngestContext context, IngestSource source, RollingRun run)
    {
        BatchEncryptor protection = new(context.Encryption, run.Run.RunId);
        return new BatchBuilder(
            context,
            run.Run.Identified(source),
            protection,
            new ContactResolver(
                context.Session,
                protection,
                context.Shared.SuppressingOrgs,
                context.Shared.KnownContacts
            )
        );
    }

    static async Task BuildAsync(
        BatchBuilder builder,
        IReadOnlyList<EventRecord> records,
        long ordinal,
        IngestBatch batch,
        CancellationToken cancellationToken
    )
    {
        foreach (EventRecord record in records)
            await builder.StageAsync(record, ordinal++, batch, cancellationToken).ConfigureAwait(false);
        await builder.PrepareAsync(batch, before: null, cancellationToken).ConfigureAwait(false);
        long bytes =
            batch.Events.Sum(row =>
                (long)row.StoredBody.Length + row.StoredTranscript.Length + row.StoredSummary.Length
            ) + batch.Rejects.Sum(reject => (long)(reject.Raw?.Length ?? 0));
        if (bytes > MostBytes)
            throw new CallIntelException(
                ErrorCodes.WriteTooLarge,
                $"The texts of the records have {bytes >> 20} MiB; at most {MostBytes >> 20} MiB are allowed.",
                "Write fewer records at a time, or use IngestAsync."
            );
    }

    /// <summary>
    /// Whether another transaction stored one of the records in the meantime, so a retry will find it.
    /// </summary>
    static bool IsOvertaken(string state) =>
        state
            is PostgresErrorCodes.UniqueViolation
                or PostgresErrorCodes.SerializationFailure
                or PostgresErrorCodes.DeadlockDetected;

    /// <summary>
    /// Sends the statement and retries it if another transaction caused a rollback. The batch is the same in each
    /// attempt.
    /// </summary>
    static async Task<MergeCounts> SendAsync(
        IngestContext context,
        IngestSource source,
        IngestRun run,
        IngestBatch batch,
        CancellationToken cancellationToken
    )
    {
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                if (
                    attempt == 1
                    && SingleWrite.CanTake(batch, source)
                    && await SingleWrite
                        .TryAsync(context.Session, batch.Events[0], run, cancellationToken)
                        .ConfigureAwait(false)
                )
                    return new MergeCounts(1, 1, 0, 0, null);
                return (
                    await context
                        .Session.ListAsync(
                            WriteStatement.Create(batch, run, source),
                            WriteStatement.CountsOf,
                            cancellationToken
                        )
                        .ConfigureAwait(false)
                )[0];
            }
            catch (CallIntelException e)
                when (e.InnerException is PostgresException error && IsOvertaken(error.SqlState))
            {
                if (attempt == Attempts)
                    throw new CallIntelException(
                        ErrorCodes.WriteContended,
                        $"Other transactions changed the same records, {Attempts} times in a row.",
                        "Repeat the call; records that are stored by then are duplicates.",
                        e
                    )
                    {
                        IsTransient = true,
                    };
                context.Log.BatchRetried(run.RunId, attempt + 1, error.SqlState);
            }
        }
    }
}
