using System.Diagnostics.Metrics;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion.Rejects;
using CallIntel.Sdk.Ingestion.Staging;

namespace CallIntel.Sdk.Ingestion;

/// <summary>
/// The instruments <c>callintel.ingest.*</c> of the meter <c>CallIntel.Sdk</c>; described in
/// <c>docs/guides/sync-health.md</c>.
/// </summary>
/// <remarks>
/// Tags are outcomes, reasons and codes, which have few values. Org and source are not tags, because names of customers
/// do not belong in a metrics store.
/// </remarks>
sealed class IngestMetrics : IDisposable
{
    internal const string MeterName = "CallIntel.Sdk";

    readonly Meter? _own;
    readonly Counter<long> _records,
        _rejects,
        _runs,
        _missedBeats;
    readonly UpDownCounter<long> _activeRuns;
    readonly Histogram<double> _batchDuration;

    /// <param name="factory">
    /// The meter factory of the host, which disposes its meters. Null: creates an own meter.
    /// </param>
    internal IngestMetrics(IMeterFactory? factory)
    {
        string? version = typeof(IngestMetrics).Assembly.GetName().Version?.ToString(3);
        Meter meter = factory?.Create(new MeterOptions(MeterName) { Version = version })
            ?? (_own = new Meter(MeterName, version));
        _records = meter.CreateCounter<long>(
            "callintel.ingest.records",
            "{record}",
            "Number of records in committed batches, by result."
        );
        _rejects = meter.CreateCounter<long>(
            "callintel.ingest.rejects",
            "{record}",
            "Number of rejected records in committed batches, by reason."
        );
        _batchDuration = meter.CreateHistogram<double>(
            "callintel.ingest.batch.duration",
            "s",
            "Duration of storing a batch, from the first byte sent to the commit."
        );
        _runs = meter.CreateCounter<long>(
            "callintel.ingest.runs",
            "{run}",
            "Number of runs that ended. The tag error.type is absent for successful runs."
        );
        _activeRuns = meter.CreateUpDownCounter<long>(
            "callintel.ingest.active_runs",
            "{run}",
            "Number of runs in progress in this process."
        );
        _missedBeats = meter.CreateCounter<long>(
            "callintel.ingest.missed_heartbeats",
            "{heartbeat}",
            "Number of heartbeats that could not be written."
        );
    }

    public void Dispose() => _own?.Dispose();

    internal void RunStarted() => _activeRuns.Add(1);

    internal void RunEnded(string? failureCode)
    {
        _activeRuns.Add(-1);
        if (failureCode is null)
            _runs.Add(1);
        else
            _runs.Add(1, new KeyValuePair<string, object?>("error.type", failureCode));
    }

    internal void HeartbeatMissed() => _missedBeats.Add(1);

    internal void BatchStored(MergeCounts counts, List<Reject> rejects, TimeSpan elapsed)
    {
        _batchDuration.Record(elapsed.TotalSeconds);
        Records("inserted", counts.Inserted);
        Records("updated", counts.Updated);
        Records("suppressed", counts.Suppressed);
        Records("duplicate", counts.Staged - counts.Inserted - counts.Updated - counts.Suppressed);
        Records("rejected", rejects.Count);
        if (rejects.Count > 0 && _rejects.Enabled)
            foreach (IGrouping<RejectReason, Reject> reason in rejects.GroupBy(r => r.Reason))
                _rejects.Add(
                    reason.Count(),
                    new KeyValuePair<string, object?>("callintel.ingest.reason", reason.Key.ToCode())
                );
    }

    void Records(string outcome, long count)
    {
        if (count > 0)
            _records.Add(count, new KeyValuePair<string, object?>("callintel.ingest.outcome", outcome));
    }
}
