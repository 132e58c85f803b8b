namespace CallIntel.Sdk.Jobs;

/// <summary>A job that a handler of this process is running.</summary>
sealed class RunningJob(ClaimedJob job, JobHandler handler, long startedAt, CancellationToken stop) : IDisposable
{
    readonly CancellationTokenSource _cancel = CancellationTokenSource.CreateLinkedTokenSource(stop);
    volatile bool _lost;

    internal ClaimedJob Job => job;

    internal JobHandler Handler => handler;

    internal long StartedAt => startedAt;

    internal CancellationToken Cancelled => _cancel.Token;

    internal bool IsLost => _lost;

    /// <summary>Stops the handler, because another worker may have the job now.</summary>
    internal void Lose()
    {
        _lost = true;
        try
        {
            _cancel.Cancel();
        }
        catch (ObjectDisposedException) { }
    }

    public void Dispose() => _cancel.Dispose();
}
