using System.Diagnostics.Metrics;

namespace CallIntel.Sdk.Audit;

/// <summary>
/// The instruments <c>callintel.audit.*</c> of the meter <c>CallIntel.Sdk</c>; described in
/// <c>docs/guides/access-ledger.md</c>.
/// </summary>
sealed class AuditMetrics : IDisposable
{
    const string MeterName = "CallIntel.Sdk";

    readonly Meter? _own;
    readonly Counter<long> _accesses,
        _alerts,
        _sinkFailures;

    /// <param name="factory">
    /// The meter factory of the host, which disposes its meters. Null: creates an own meter.
    /// </param>
    internal AuditMetrics(IMeterFactory? factory)
    {
        string? version = typeof(AuditMetrics).Assembly.GetName().Version?.ToString(3);
        Meter meter = factory?.Create(new MeterOptions(MeterName) { Version = version })
            ?? (_own = new Meter(MeterName, version));
        _accesses = meter.CreateCounter<long>(
            "callintel.audit.accesses",
            "{access}",
            "Number of entries of the access ledger that reads of this process filed."
        );
        _alerts = meter.CreateCounter<long>(
            "callintel.audit.honey_token_alerts",
            "{access}",
            "Number of accesses to honey tokens."
        );
        _sinkFailures = meter.CreateCounter<long>(
            "callintel.audit.sink_failures",
            "{failure}",
            "Number of entries that the audit sink of the host failed to receive."
        );
    }

    public void Dispose() => _own?.Dispose();

    internal void Filed() => _accesses.Add(1);

    internal void Alerted() => _alerts.Add(1);

    internal void SinkFailed() => _sinkFailures.Add(1);
}
