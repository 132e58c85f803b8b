using CallIntel.Sdk.Tenancy;

namespace CallIntel.Sdk.Jobs;

/// <summary>
/// The jobs that handlers have prepared and that wait for their commit. Orgs take turns here too, so that a job does
/// not wait behind all those of another org.
/// </summary>
/// <remarks>Thread-safe.</remarks>
sealed class ReadyJobs : IDisposable
{
    readonly Lock _gate = new();
    readonly Dictionary<OrgId, Queue<(RunningJob Running, JobCommit Commit)>> _byOrg = [];
    readonly Queue<OrgId> _turns = [];
    readonly SemaphoreSlim _changed = new(0);
    bool _completed;

    internal void Add(RunningJob running, JobCommit commit)
    {
        lock (_gate)
        {
            OrgId org = running.Job.Lease.Org;
            if (!_byOrg.TryGetValue(org, out Queue<(RunningJob, JobCommit)>? jobs))
            {
                _byOrg[org] = jobs = [];
                _turns.Enqueue(org);
            }
            jobs.Enqueue((running, commit));
        }
        _changed.Release();
    }

    /// <summary>Lets <see cref="TakeAsync"/> return an empty list when nothing is left.</summary>
    internal void Complete()
    {
        lock (_gate)
            _completed = true;
        _changed.Release();
    }

    /// <summary>Waits for jobs and takes some, one of each org in turn. An empty list means the end.</summary>
    internal async Task<List<(RunningJob Running, JobCommit Commit)>> TakeAsync(int limit)
    {
        List<(RunningJob, JobCommit)> taken = [];
        while (true)
        {
            lock (_gate)
            {
                while (taken.Count < limit && _turns.TryDequeue(out OrgId org))
                {
                    Queue<(RunningJob, JobCommit)> jobs = _byOrg[org];
                    taken.Add(jobs.Dequeue());
                    if (jobs.Count > 0)
                        _turns.Enqueue(org);
                    else
                        _byOrg.Remove(org);
                }
                if (taken.Count > 0 || _completed)
                    return taken;
            }
            await _changed.WaitAsync().ConfigureAwait(false);
        }
    }

    public void Dispose() => _changed.Dispose();
}
