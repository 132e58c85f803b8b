using System.Diagnostics.Metrics;
using CallIntel.Sdk.Tenancy;
using Microsoft.Extensions.Logging;

namespace CallIntel.Sdk.Audit;

/// <summary>What all sessions of one data source share to file accesses.</summary>
/// <remarks>Thread-safe.</remarks>
sealed class SharedAudit : IAsyncDisposable
{
    readonly IAuditSink? _sink;
    readonly ILogger _log;

    /// <param name="primary">
    /// Files accesses if the data source reads from a standby; null: the statement that reads files them.
    /// </param>
    /// <param name="sink">The sink of the host.</param>
    /// <param name="meters">The meter factory of the host.</param>
    /// <param name="logs">Creates the logger.</param>
    internal SharedAudit(DatabaseTransport? primary, IAuditSink? sink, IMeterFactory? meters, ILoggerFactory logs)
    {
        Primary = primary;
        _sink = sink;
        _log = logs.CreateLogger(AuditLog.Category);
        Metrics = new AuditMetrics(meters);
    }

    /// <summary>What the HMAC of a receipt with an alert begins with. The SQL side is <c>file_access</c>.</summary>
    internal static ReadOnlySpan<byte> AlertDomain => "callintel.alert.v1|"u8;

    internal DatabaseTransport? Primary { get; }

    internal bool HasSink => _sink is not null;

    internal AuditMetrics Metrics { get; }

    /// <summary>Passes a committed entry on, and reports a honey token.</summary>
    internal async ValueTask PublishAsync(AccessEntry entry, CancellationToken cancellationToken)
    {
        if (entry.IsAlert)
        {
            _log.HoneyTokenOpened(entry.Org.Value, entry.Member.Value, entry.Id);
            Metrics.Alerted();
        }
        if (_sink is null)
            return;
        try
        {
            await _sink.AccessFiledAsync(entry, cancellationToken).ConfigureAwait(false);
            if (entry.IsAlert)
                await _sink.HoneyTokenOpenedAsync(entry, cancellationToken).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // the entry is in the ledger, so the read does not depend on the host's code
        catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            _log.SinkFailed(e, entry.Id);
            Metrics.SinkFailed();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (Primary is not null)
            await Primary.DisposeAsync().ConfigureAwait(false);
        Metrics.Dispose();
    }
}
