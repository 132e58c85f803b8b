using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Ingestion.Staging;

namespace CallIntel.Sdk.Ingestion.Bulk;

/// <summary>Sends a heartbeat for an ingestion run until it is disposed.</summary>
/// <remarks>
/// A heartbeat that cannot be written is skipped. The run does not fail because of it, and sync health reports the
/// missing heartbeats.
/// </remarks>
sealed class IngestHeartbeat : IAsyncDisposable
{
    readonly CancellationTokenSource _stop = new();
    readonly Task _beating;

    IngestHeartbeat(IngestContext context, IngestRun run, TimeSpan every) =>
        _beating = SendHeartbeatAsync(context, run, every, _stop.Token);

    internal static IngestHeartbeat Start(IngestContext context, IngestRun run, TimeSpan every) =>
        new(context, run, every);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _beating.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    static async Task SendHeartbeatAsync(IngestContext context, IngestRun run, TimeSpan every, CancellationToken stop)
    {
        using PeriodicTimer timer = new(every, context.Time);
        bool missed = false;
        while (await timer.WaitForNextTickAsync(stop).ConfigureAwait(false))
        {
            try
            {
                await run.SendHeartbeatAsync(context.Session, stop).ConfigureAwait(false);
                if (missed)
                    context.Log.HeartbeatRecovered(run.RunId);
                missed = false;
            }
            catch (CallIntelException e)
            {
                missed = true;
                context.Metrics.HeartbeatMissed();
                context.Log.HeartbeatFailed(run.RunId, DatabaseErrors.Describe(e));
            }
        }
    }
}
