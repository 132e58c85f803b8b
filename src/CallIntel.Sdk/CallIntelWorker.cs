using System.Diagnostics.Metrics;
using CallIntel.Sdk.Contacts;
using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Embeddings;
using CallIntel.Sdk.Jobs;
using CallIntel.Sdk.Search;
using CallIntel.Sdk.SubjectRequests;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace CallIntel.Sdk;

/// <summary>
/// Runs background work of all orgs: the jobs of the SDK itself and those of the application's
/// <see cref="JobHandler"/> classes.
/// </summary>
/// <remarks>
/// <c>AddCallIntelWorker</c> adds it to a host. Any number of workers can run at the same time, in the processes of the
/// application or in processes of their own. Changes of the schema do not run here but in
/// <see cref="OperationsWorker"/>, which an application never contains.
/// </remarks>
public sealed class CallIntelWorker : BackgroundService
{
    static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1),
        LongestPause = TimeSpan.FromSeconds(30);

    readonly CallIntelDataSource _source;
    readonly JobWorker _worker;
    readonly JobMetrics _metrics;
    readonly ILogger _log;
    readonly string _name;

    /// <summary>Creates a worker.</summary>
    /// <param name="source">The data source of the application. The caller disposes it after the worker.</param>
    /// <param name="handlers">The handlers of the application. Those of the SDK are added.</param>
    /// <param name="options">The settings. Default: see <see cref="JobWorkerOptions"/>.</param>
    /// <param name="loggerFactory">Receives the log events. Default: no logging.</param>
    /// <param name="meterFactory">
    /// Creates the meter <c>CallIntel.Sdk</c>. Default: the worker creates its own meter.
    /// </param>
    /// <exception cref="CallIntelException">
    /// <c>CI0007</c>: two handlers have the same kind, or an option is out of range.
    /// </exception>
    public CallIntelWorker(
        CallIntelDataSource source,
        IEnumerable<JobHandler> handlers,
        JobWorkerOptions? options = null,
        ILoggerFactory? loggerFactory = null,
        IMeterFactory? meterFactory = null
    )
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(handlers);
        options ??= new JobWorkerOptions();
        _source = source;
        _log = (loggerFactory ?? NullLoggerFactory.Instance).CreateLogger(JobLog.Category);
        _metrics = new JobMetrics(meterFactory);
        _name = options.Name;
        _worker = new JobWorker(
            source.Database,
            options,
            [
                new RotateOrgKeyHandler(source.Encryption, source.Audit, source.JobEnqueued),
                new RotateNumberIndexHandler(source.Encryption, source.Audit, source.JobEnqueued),
                new IndexEventsHandler(source.Encryption, source.Audit),
                new EraseSubjectHandler(source.Encryption, source.Audit, source.Erasures),
                new ApplyRetentionHandler(),
                .. source.Generators.IsEmpty
                    ? (JobHandler[])[]
                    : [new EmbedEventsHandler(source.Encryption, source.Audit, source.Generators, source.Embeddings)],
                .. handlers,
            ],
            source.JobEnqueued,
            _metrics,
            _log
        );
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        base.Dispose();
        // A host that is disposed without being stopped does not wait for the worker, which goes on for a moment.
        if (ExecuteTask is { IsCompleted: false } running)
            _ = running.ContinueWith(_ => Release(), TaskScheduler.Default);
        else
            Release();
    }

    void Release()
    {
        _worker.Dispose();
        _metrics.Dispose();
    }

    /// <summary>Runs jobs until the token is canceled.</summary>
    /// <param name="stoppingToken">
    /// Stops the worker. It takes no more jobs, waits for those that are running, and gives back those that do not end
    /// in time.
    /// </param>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (await WaitForDatabaseAsync(stoppingToken).ConfigureAwait(false))
            await _worker.RunAsync(stoppingToken).ConfigureAwait(false);
    }

    /// <summary>A host may start before its database, or before the database was migrated.</summary>
    /// <returns><see langword="false"/> if the worker was stopped before.</returns>
    async Task<bool> WaitForDatabaseAsync(CancellationToken stop)
    {
        for (TimeSpan pause = FirstPause; !stop.IsCancellationRequested; pause *= 2)
        {
            try
            {
                await _source.EnsureCheckedAsync(stop).ConfigureAwait(false);
                return true;
            }
            catch (CallIntelException e)
            {
                _log.QueueFailed(_name, DatabaseErrors.Describe(e));
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                break;
            }
            if (pause > LongestPause)
                pause = LongestPause;
            await Task.Delay(pause, _source.Database.Time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        return false;
    }
}
