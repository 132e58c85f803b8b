using System.Collections.Concurrent;
using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Tenancy;
using Microsoft.Extensions.Logging;

namespace CallIntel.Sdk.Jobs;

/// <summary>
/// Takes jobs from the queue, lets handlers prepare them, and commits what they return. One loop takes jobs, one
/// commits what is ready in groups, and one renews leases.
/// </summary>
sealed class JobWorker : IDisposable
{
    /// <summary>
    /// Larger groups cost less for each job, and let a job wait longer for the commit of the group before its own.
    /// </summary>
    const int LargestGroup = 25;

    readonly JobQueue _queue;
    readonly JobWorkerOptions _options;
    readonly Dictionary<string, JobHandler> _handlers;
    readonly JobSignal _signal;
    readonly JobMetrics _metrics;
    readonly ILogger _log;
    readonly TimeProvider _time;
    readonly ConcurrentDictionary<JobLease, RunningJob> _running = [];
    readonly ReadyJobs _ready = new();
    readonly JobSignal _freed = new();

    /// <exception cref="CallIntelException">
    /// <c>CI0007</c>: there is no handler, two handlers have the same kind, or an option is out of range.
    /// </exception>
    internal JobWorker(
        DatabaseTransport database,
        JobWorkerOptions options,
        IEnumerable<JobHandler> handlers,
        JobSignal signal,
        JobMetrics metrics,
        ILogger log
    )
    {
        options.ThrowIfInvalid();
        _queue = new JobQueue(database, options.Name);
        _options = options;
        _handlers = [];
        foreach (JobHandler handler in handlers)
            if (!_handlers.TryAdd(handler.Kind, handler))
                throw new CallIntelException(
                    ErrorCodes.InvalidOptions,
                    $"Two job handlers are registered for the kind {handler.Kind}.",
                    "Register one handler for each kind."
                );
        if (_handlers.Count == 0)
            throw new CallIntelException(
                ErrorCodes.InvalidOptions,
                "The worker has no job handler.",
                "Register at least one JobHandler before AddCallIntelWorker."
            );
        _signal = signal;
        _metrics = metrics;
        _log = log;
        _time = database.Time;
    }

    public void Dispose() => _ready.Dispose();

    /// <summary>Runs jobs until it is stopped, and then gives back those that do not end in time.</summary>
    internal async Task RunAsync(CancellationToken stop)
    {
        _log.WorkerStarted(_options.Name, string.Join(", ", _handlers.Keys.Order(StringComparer.Ordinal)));
        using CancellationTokenSource handlersStop = new();
        using CancellationTokenSource keepStop = new();
        Task committing = CommitReadyAsync();
        Task keeping = KeepLeasesAsync(keepStop.Token);
        try
        {
            await TakeAsync(handlersStop.Token, stop).ConfigureAwait(false);
        }
        finally
        {
            await DrainAsync(handlersStop).ConfigureAwait(false);
            _ready.Complete();
            await committing.ConfigureAwait(false);
            await keepStop.CancelAsync().ConfigureAwait(false);
            await keeping.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            _log.WorkerStopped(_options.Name);
        }
    }

    /// <summary>Waits for the handlers, cancels them, and gives back the jobs of those that go on.</summary>
    async Task DrainAsync(CancellationTokenSource handlersStop)
    {
        await WaitUntilIdleAsync(_options.StopPatience).ConfigureAwait(false);
        await handlersStop.CancelAsync().ConfigureAwait(false);
        await WaitUntilIdleAsync(TimeSpan.FromSeconds(5)).ConfigureAwait(false);
        foreach (RunningJob running in _running.Values)
            await GiveBackAsync(running, new OperationCanceledException()).ConfigureAwait(false);
    }

    async Task WaitUntilIdleAsync(TimeSpan patience)
    {
        using CancellationTokenSource enough = new(patience, _time);
        while (!_running.IsEmpty && !enough.IsCancellationRequested)
        {
            Task freed = _freed.Next;
            if (!_running.IsEmpty)
                await freed.WaitAsync(enough.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    async Task TakeAsync(CancellationToken handlersStop, CancellationToken stop)
    {
        OrgId? last = null;
        TimeSpan pause = TimeSpan.Zero;
        while (!stop.IsCancellationRequested)
        {
            Task enqueued = _signal.Next,
                freed = _freed.Next;
            List<(JobHandler, int)> wanted = Wanted();
            List<ClaimedJob> taken = [];
            if (wanted.Count > 0)
                try
                {
                    taken = await _queue.TakeAsync(wanted, _options.Lease, last, stop).ConfigureAwait(false);
                    pause = _options.PollInterval;
                }
                catch (CallIntelException e)
                {
                    _log.QueueFailed(_options.Name, DatabaseErrors.Describe(e));
                    pause = Min(Max(pause * 2, _options.PollInterval), TimeSpan.FromSeconds(30));
                }
                catch (OperationCanceledException) when (stop.IsCancellationRequested)
                {
                    return; // jobs that were taken in this moment become due again when their leases end
                }
            foreach (ClaimedJob job in taken)
            {
                last = job.Lease.Org;
                RunningJob running = new(job, _handlers[job.Kind], _time.GetTimestamp(), handlersStop);
                _running[job.Lease] = running;
                _metrics.Took(job, _time.GetUtcNow() - job.EnqueuedAt);
                _ = Task.Run(() => PrepareAsync(running), CancellationToken.None);
            }
            if (taken.Count == 0)
                await Task.WhenAny(
                        Task.Delay(wanted.Count > 0 ? pause : Timeout.InfiniteTimeSpan, _time, stop),
                        wanted.Count > 0 ? enqueued : freed
                    )
                    .ConfigureAwait(false);
        }
    }

    /// <summary>
    /// The handlers that can run more jobs. A worker that is nearly full waits until a quarter is free, so that it
    /// takes several jobs at once.
    /// </summary>
    List<(JobHandler, int)> Wanted()
    {
        int free = _options.Concurrency - _running.Count;
        if (free < Math.Max(_options.Concurrency / 4, 1))
            return [];
        Dictionary<string, int> busy = _running
            .Values.GroupBy(r => r.Job.Kind)
            .ToDictionary(g => g.Key, g => g.Count());
        List<(JobHandler, int)> wanted = [];
        foreach (JobHandler handler in _handlers.Values)
        {
            int limit = Math.Min(handler.Concurrency - busy.GetValueOrDefault(handler.Kind), free);
            if (limit > 0)
                wanted.Add((handler, limit));
        }
        return wanted;
    }

    async Task PrepareAsync(RunningJob running)
    {
        try
        {
            if (_queue.Database.RefreshErasureHeight is { } refresh)
                await refresh(running.Job.Lease.Org, running.Cancelled).ConfigureAwait(false);
            JobContext context = new(_queue.Database, running.Job);
            JobCommit commit = await Tracing
                .SpanAsync("callintel.job", "callintel.job.kind", running.Job.Kind, () =>
                    running.Handler.PrepareAsync(context, running.Cancelled)
                )
                .ConfigureAwait(false);
            _ready.Add(running, commit);
        }
#pragma warning disable CA1031 // an exception of a handler must not end the worker
        catch (Exception e)
#pragma warning restore CA1031
        {
            await GiveBackAsync(running, e).ConfigureAwait(false);
        }
    }

    /// <summary>Commits what is ready, several jobs in one transaction if several are.</summary>
    async Task CommitReadyAsync()
    {
        while (await _ready.TakeAsync(LargestGroup).ConfigureAwait(false) is { Count: > 0 } group)
        {
            if (group.Count > 1 && await TryCommitAsync(group).ConfigureAwait(false) is null)
                continue;
            // Alone, one after the other, so that only the job fails whose commit fails.
            foreach ((RunningJob Running, JobCommit Commit) one in group)
                if (await TryCommitAsync([one]).ConfigureAwait(false) is { } error)
                    await GiveBackAsync(one.Running, error).ConfigureAwait(false);
        }
    }

    /// <returns>The error, or null if all jobs of the group are done.</returns>
    async Task<Exception?> TryCommitAsync(IReadOnlyList<(RunningJob Running, JobCommit Commit)> group)
    {
        try
        {
            await _queue
                .CommitAsync([.. group.Select(g => (g.Running.Job, g.Commit))], CancellationToken.None)
                .ConfigureAwait(false);
        }
#pragma warning disable CA1031 // statements of a handler can fail in any way
        catch (Exception e)
#pragma warning restore CA1031
        {
            return e;
        }
        foreach ((RunningJob running, JobCommit commit) in group)
        {
            End(running, "done");
            if (commit.Pause is not null)
                _signal.Raise();
        }
        return null;
    }

    async Task GiveBackAsync(RunningJob running, Exception error)
    {
        ClaimedJob job = running.Job;
        string code = error is CallIntelException coded ? coded.Code : error.GetType().Name;
        if (running.IsLost || code == ErrorCodes.JobNotHeld)
        {
            _log.JobLost(job.Lease.Job.Value, job.Kind);
            End(running, "lost");
            return;
        }
        bool stops = error is OperationCanceledException && running.Cancelled.IsCancellationRequested;
        if (!stops)
            _log.JobFailed(
                job.Lease.Job.Value,
                job.Kind,
                job.Attempt,
                error is CallIntelException failure ? DatabaseErrors.Describe(failure) : code
            );
        try
        {
            await _queue
                .ReleaseAsync(
                    job.Lease,
                    stops ? null : code,
                    stops ? TimeSpan.Zero : RetryDelay(job.Attempt),
                    CancellationToken.None
                )
                .ConfigureAwait(false);
        }
        catch (CallIntelException e)
        {
            // The job becomes due again when its lease ends.
            _log.QueueFailed(_options.Name, DatabaseErrors.Describe(e));
        }
        End(running, stops ? "released" : "failed");
    }

    void End(RunningJob running, string outcome)
    {
        if (!_running.TryRemove(running.Job.Lease, out _))
            return;
        _metrics.Ended(running.Job, outcome, _time.GetElapsedTime(running.StartedAt));
        running.Dispose();
        _freed.Raise();
    }

    async Task KeepLeasesAsync(CancellationToken stop)
    {
        using PeriodicTimer timer = new(_options.Lease / 3, _time);
        while (await timer.WaitForNextTickAsync(stop).ConfigureAwait(false))
        {
            RunningJob[] running = [.. _running.Values];
            if (running.Length == 0)
                continue;
            try
            {
                HashSet<Guid> kept =
                [
                    .. await _queue
                        .KeepAsync([.. running.Select(r => r.Job.Lease)], _options.Lease, stop)
                        .ConfigureAwait(false),
                ];
                // A job that ended in the meantime is not kept either, and is not in the list any more.
                foreach (RunningJob job in running)
                    if (!kept.Contains(job.Job.Lease.Job.Value) && _running.ContainsKey(job.Job.Lease))
                        job.Lose();
            }
            catch (CallIntelException e)
            {
                _log.QueueFailed(_options.Name, DatabaseErrors.Describe(e));
            }
        }
    }

    /// <summary>Doubles with each attempt, and differs between jobs that failed at the same time.</summary>
    TimeSpan RetryDelay(int attempt)
    {
        TimeSpan delay = Min(
            _options.FirstRetryDelay * Math.Pow(2, Math.Min(attempt - 1, 30)),
            _options.LongestRetryDelay
        );
        return delay * (0.8 + 0.4 * System.Security.Cryptography.RandomNumberGenerator.GetInt32(1000) / 1000);
    }

    static TimeSpan Min(TimeSpan a, TimeSpan b) => a < b ? a : b;

    static TimeSpan Max(TimeSpan a, TimeSpan b) => a > b ? a : b;
}
