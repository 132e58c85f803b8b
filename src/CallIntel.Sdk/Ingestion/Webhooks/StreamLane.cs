using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion.Staging;
using Npgsql;

namespace CallIntel.Sdk.Ingestion.Webhooks;

/// <summary>
/// Stores a few records in one statement and one transaction; one round trip, once the process knows run, contacts and
/// keys.
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
                $"A write takes 1 to {MostRecords} records, not {records.Count}.",
                "Store more of them by IngestAsync, which copies."
            );
        long started = context.Time.GetTimestamp();
        for (bool retried = false; ; retried = true)
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
                context.Metrics.BatchStored(counts, batch.Rejects, context.Time.GetElapsedTime(sending));
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
                );
            }
            catch (CallIntelException e) when (!retried && IsLost(e))
            {
                // Rejects are bound to the run, so all of it again.
                context.Log.RollingRunLost(run.Run.RunId, e.Code);
                context.Shared.Runs.Forget(run);
            }
        }
    }

    /// <summary>
    /// Whether run or stream are gone, for example because a backup was restored; a write asks for no cursor, and its
    /// rejects are all that refer to the run.
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
            new ContactResolver(context.Session, protection, context.Shared.KnownContacts)
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
                $"The texts of a write have {bytes >> 20} MiB; at most {MostBytes >> 20} are allowed.",
                "Write fewer records at a time, or store them by IngestAsync, which copies."
            );
    }

    /// <summary>Whether somebody else stored one of the records meanwhile: it is there to be found now.</summary>
    static bool IsOvertaken(string state) =>
        state
            is PostgresErrorCodes.UniqueViolation
                or PostgresErrorCodes.SerializationFailure
                or PostgresErrorCodes.DeadlockDetected;

    /// <summary>
    /// A transaction that lost to another is taken back as a whole; what it holds is the same each time it is sent.
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
                            WriteStatement.Of(batch, run, source),
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
