using System.Runtime.CompilerServices;
using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion.Rejects;
using CallIntel.Sdk.Ingestion.Staging;

namespace CallIntel.Sdk.Ingestion.Bulk;

/// <summary>
/// Runs one ingestion. The caller's task reads and validates records while the previous batch is encrypted and earlier
/// batches are copied and merged on their own lanes.
/// </summary>
sealed class IngestPipeline : IDisposable
{
    readonly IngestContext _context;
    readonly IngestOptions _options;
    readonly IngestRun _run;
    readonly IngestLane _lane;
    readonly BatchBuilder _builder;
    readonly SemaphoreSlim _lanes;
    readonly CommitQueue _turns = new();
    readonly bool _timesMayChange;
    readonly List<(IngestBatch Batch, Task Stored)> _underway = [];
    readonly Stack<IngestBatch> _spare = [];
    readonly RejectCounter _rejects = new();

    string? _cursor;
    Task _sending = Task.CompletedTask,
        _lastBatch = Task.CompletedTask,
        _lastChange = Task.CompletedTask;
    long _read,
        _inserted,
        _updated,
        _suppressed,
        _rejected,
        _unrecognized,
        _assumedDirections,
        _assumedTimes;

    IngestPipeline(
        IngestContext context,
        IngestSource source,
        IngestOptions options,
        IngestRun run,
        IIngestProtection protection
    )
    {
        _context = context;
        _options = options;
        _run = run;
        _cursor = run.Cursor;
        _timesMayChange = source.TimesMayChange;
        _lane = new IngestLane(context, run, source);
        _builder = new BatchBuilder(
            context,
            source,
            protection,
            new ContactResolver(context.Session, protection, context.Shared.SuppressingOrgs)
        );
        _lanes = new SemaphoreSlim(options.Lanes);
    }

    internal static async Task<IngestReport> RunAsync(
        IngestContext context,
        IngestSource source,
        IAsyncEnumerable<EventRecord> records,
        IngestOptions options,
        CancellationToken cancellationToken,
        Func<Guid, IIngestProtection>? protection = null
    )
    {
        long started = context.Time.GetTimestamp();
        IngestRun run = await IngestRun
            .StartAsync(context.Session, source, options.HeartbeatInterval, cancellationToken)
            .ConfigureAwait(false);
        context.Metrics.RunStarted();
        context.Log.RunStarted(run.RunId);
        IngestHeartbeat heartbeat = IngestHeartbeat.Start(context, run, options.HeartbeatInterval);
        await using ConfiguredAsyncDisposable beating = heartbeat.ConfigureAwait(false);
        using IngestPipeline pipeline = new(
            context,
            run.Identified(source),
            options,
            run,
            protection?.Invoke(run.RunId) ?? new BatchEncryptor(context.Encryption, run.RunId)
        );
        try
        {
            await pipeline.PumpAsync(records, cancellationToken).ConfigureAwait(false);
            await run.FinishAsync(context.Session, null, cancellationToken).ConfigureAwait(false);
            context.Metrics.RunEnded(null);
            context.Log.RunFinished(
                run.RunId,
                pipeline._read,
                pipeline._inserted,
                pipeline._updated,
                pipeline._rejected
            );
        }
        catch (Exception e)
        {
            await pipeline.FailAsync(e).ConfigureAwait(false);
            if (DatabaseErrors.CanTranslate(e))
                throw context.Session.Database.Translate(e);
            throw;
        }
        return new IngestReport(
            run.RunId,
            pipeline._read,
            pipeline._inserted,
            pipeline._updated,
            pipeline._read - pipeline._inserted - pipeline._updated - pipeline._suppressed - pipeline._rejected,
            pipeline._rejected,
            pipeline._suppressed,
            context.Time.GetElapsedTime(started),
            pipeline._cursor
        )
        {
            UnrecognizedNumbers = pipeline._unrecognized,
            AssumedDirections = pipeline._assumedDirections,
            AssumedTimes = pipeline._assumedTimes,
            RejectReasons = pipeline._rejects.ToList(),
        };
    }

    public void Dispose()
    {
        RemoveStored();
        foreach (IngestBatch batch in _spare)
            batch.Dispose();
        _lanes.Dispose();
        _builder.Dispose();
    }

    async Task PumpAsync(IAsyncEnumerable<EventRecord> records, CancellationToken cancellationToken)
    {
        IngestBatch batch = NextBatch();
        long ordinal = 0;
        await foreach (EventRecord record in records.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            await _builder.StageAsync(record, ordinal++, batch, cancellationToken).ConfigureAwait(false);
            batch.Cursor = record.Cursor ?? batch.Cursor;
            if (batch.Count == _options.BatchSize)
            {
                await _sending.ConfigureAwait(false);
                IngestBatch full = batch;
                batch = NextBatch();
                _sending = Task.Run(() => SendAsync(full, cancellationToken), cancellationToken);
            }
        }
        await _sending.ConfigureAwait(false);
        if (batch.Count > 0)
            await SendAsync(batch, cancellationToken).ConfigureAwait(false);
        await _lastBatch.ConfigureAwait(false);
    }

    /// <summary>
    /// Prepares a batch and hands it to a lane. One batch is prepared at a time while the next one is read.
    /// </summary>
    async Task SendAsync(IngestBatch batch, CancellationToken cancellationToken)
    {
        await _builder.PrepareAsync(batch, _lastChange, cancellationToken).ConfigureAwait(false);
        batch.Order.Arrange(
            batch.Events,
            [.. _underway.Where(sent => !sent.Stored.IsCompleted).Select(sent => sent.Batch)]
        );
        await _lanes.WaitAsync(cancellationToken).ConfigureAwait(false);
        if (_lastBatch.IsFaulted || _lastBatch.IsCanceled)
            await _lastBatch.ConfigureAwait(false);
        string? cursorBefore = _cursor;
        _cursor = batch.Cursor ?? _cursor;
        _lastBatch = StoreAsync(
            batch,
            cursorBefore,
            _turns.Take(_lastBatch, _timesMayChange || batch.Changes),
            cancellationToken
        );
        if (batch.Order.Count > 0)
            _lastChange = _lastBatch;
        _underway.Add((batch, _lastBatch));
    }

    /// <summary>Returns the batch to fill while the previous one is being sent.</summary>
    IngestBatch NextBatch()
    {
        RemoveStored();
        return _spare.TryPop(out IngestBatch? batch) ? batch : new();
    }

    /// <summary>Removes stored batches and keeps them for reuse, because the rows of a batch take megabytes.</summary>
    void RemoveStored()
    {
        for (int i = _underway.Count - 1; i >= 0; i--)
            if (_underway[i].Stored.IsCompleted)
            {
                _underway[i].Batch.Clear();
                _spare.Push(_underway[i].Batch);
                _underway.RemoveAt(i);
            }
    }

    async Task StoreAsync(
        IngestBatch batch,
        string? cursorBefore,
        CommitSlot commitSlot,
        CancellationToken cancellationToken
    )
    {
        // Leave the reader's task immediately, so that it can read on while this lane copies.
        await Task.Yield();
        long started = _context.Time.GetTimestamp();
        try
        {
            MergeCounts counts = await Tracing
                .SpanAsync("callintel.ingest.batch", "callintel.ingest.records", batch.Count, () =>
                    _lane.StoreAsync(batch, cursorBefore, commitSlot, cancellationToken)
                )
                .ConfigureAwait(false);
            // Batches complete in order, so only one lane at a time writes these fields.
            _read += batch.Count;
            _inserted += counts.Inserted;
            _updated += counts.Updated;
            _suppressed += counts.Suppressed;
            _rejected += batch.Rejects.Count;
            _unrecognized += batch.UnrecognizedNumbers;
            _assumedDirections += batch.AssumedDirections;
            _assumedTimes += batch.AssumedTimes;
            foreach (Reject reject in batch.Rejects)
                _rejects.Add(reject.Reason, reject.Detail);
            _context.Metrics.BatchStored(counts, batch.Rejects, _context.Time.GetElapsedTime(started));
            _options.Progress?.Report(new IngestProgress(_read, _inserted, _rejected, _run.RunId));
        }
        finally
        {
            commitSlot.End();
            _lanes.Release();
        }
    }

    /// <summary>
    /// Whether the run failed because of the caller's permissions or input. If nothing was stored, this says nothing
    /// about the health of the source. If batches were stored, the source is incomplete and the run counts as failed.
    /// </summary>
    static bool IsRefusal(string code) =>
        code
            is ErrorCodes.NotAMember
                or ErrorCodes.NotAllowed
                or ErrorCodes.UnreadableFile
                or ErrorCodes.InvalidMapping
                or ErrorCodes.CursorOfAnotherFile
                or ErrorCodes.EntitiesRefused
                or ErrorCodes.WrongFormat;

    /// <summary>
    /// Waits until no lane is writing, then marks the run as failed. This is best effort: if the database cannot be
    /// reached, sync_health infers from missing heartbeats that the run hung.
    /// </summary>
    async Task FailAsync(Exception cause)
    {
        await _sending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _lastBatch.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        string code = cause switch
        {
            CallIntelException coded => coded.Code,
            OperationCanceledException => "cancelled",
            _ when DatabaseErrors.CanTranslate(cause) => DatabaseErrors.Translate(cause).Code,
            _ => "source_failed",
        };
        _context.Metrics.RunEnded(code);
        _context.Log.RunFailed(_run.RunId, code, _read);
        try
        {
            using CancellationTokenSource soon = new(TimeSpan.FromSeconds(5), _context.Time);
            await (
                IsRefusal(code) && _read == 0
                    ? _run.RefuseAsync(_context.Session, code, soon.Token)
                    : _run.FinishAsync(_context.Session, code, soon.Token)
            ).ConfigureAwait(false);
        }
        catch (Exception e) when (e is CallIntelException or OperationCanceledException) { }
    }
}
