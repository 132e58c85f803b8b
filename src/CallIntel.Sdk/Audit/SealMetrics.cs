using System.Diagnostics.Metrics;

namespace CallIntel.Sdk.Audit;

/// <summary>The gauges of the worker that seals, of the meter <c>CallIntel.Sdk</c>.</summary>
static class SealMetrics
{
    static readonly Meter Meter = new("CallIntel.Sdk");

    static readonly Gauge<double> Lag = Meter.CreateGauge<double>(
        "callintel.audit.seal_lag",
        "s",
        "Age of the oldest entry of the audit log and the access ledger that is not sealed."
    );

    static readonly Gauge<long> Unpublished = Meter.CreateGauge<long>(
        "callintel.audit.unpublished_checkpoints",
        "{checkpoint}",
        "Number of checkpoints that no sink has received."
    );

    static readonly Gauge<double> UnpublishedAge = Meter.CreateGauge<double>(
        "callintel.audit.unpublished_age",
        "s",
        "Age of the oldest checkpoint that no sink has received."
    );

    internal static void Record(in LedgerSealState state)
    {
        Lag.Record(state.Lag.TotalSeconds);
        Unpublished.Record(state.Unpublished);
        UnpublishedAge.Record(state.UnpublishedAge.TotalSeconds);
    }
}
