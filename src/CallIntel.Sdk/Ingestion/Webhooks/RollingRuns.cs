using System.Collections.Concurrent;
using CallIntel.Sdk.Ingestion.Staging;
using CallIntel.Sdk.Tenancy;

namespace CallIntel.Sdk.Ingestion.Webhooks;

/// <summary>
/// The rolling runs of this process, which count the records of webhooks: one per hour, member and stream.
/// </summary>
/// <remarks>
/// Thread-safe. Each process has its own runs, so that hosts neither wait for each other's counters nor assign the same
/// ordinal to two rejects.
/// </remarks>
sealed class RollingRuns(TimeProvider time)
{
    const int Most = 10_000;
    static readonly TimeSpan Life = TimeSpan.FromHours(1);
    readonly ConcurrentDictionary<Key, Lazy<Task<RollingRun>>> _runs = new();

    /// <summary>Returns the current run. The first caller starts it, which needs one round trip.</summary>
    internal async Task<RollingRun> GetAsync(
        SessionTransport session,
        IngestSource source,
        CancellationToken cancellationToken
    )
    {
        Key key = new(session.Identity, source.Name, source.Kind, source.Stream);
        while (true)
        {
            if (_runs.Count >= Most)
                _runs.Clear();
            // Do not use the cancellation token of the first caller, because other callers wait for the same run.
            Lazy<Task<RollingRun>> entry = _runs.GetOrAdd(key, _ => new(() => StartAsync(session, source)));
            try
            {
                RollingRun run = await entry.Value.WaitAsync(cancellationToken).ConfigureAwait(false);
                if (time.GetElapsedTime(run.Started) < Life)
                    return run;
            }
            catch when (!entry.Value.IsCompletedSuccessfully)
            {
                if (entry.Value.IsCompleted)
                    _runs.TryRemove(new(key, entry));
                throw;
            }
            _runs.TryRemove(new(key, entry));
        }
    }

    /// <summary>Removes a run that the database no longer has.</summary>
    internal void Forget(RollingRun run)
    {
        foreach ((Key key, Lazy<Task<RollingRun>> entry) in _runs)
            if (entry.IsValueCreated && entry.Value.IsCompletedSuccessfully && ReferenceEquals(entry.Value.Result, run))
                _runs.TryRemove(new(key, entry));
    }

    async Task<RollingRun> StartAsync(SessionTransport session, IngestSource source) =>
        new(
            await IngestRun
                .StartAsync(session, source, heartbeatEvery: null, CancellationToken.None)
                .ConfigureAwait(false),
            time.GetTimestamp()
        );

    readonly record struct Key(OrgIdentity Identity, string Source, string Kind, string Stream);
}

/// <summary>A rolling run of <see cref="RollingRuns"/>.</summary>
sealed class RollingRun(IngestRun run, long started)
{
    long _next;

    internal IngestRun Run => run;

    internal long Started => started;

    /// <summary>Reserves ordinals in the run and returns the first one.</summary>
    internal long Take(int records) => Interlocked.Add(ref _next, records) - records;
}
