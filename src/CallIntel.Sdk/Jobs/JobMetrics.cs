using System.Diagnostics.Metrics;

namespace CallIntel.Sdk.Jobs;

/// <summary>
/// The instruments <c>callintel.jobs.*</c> of the meter <c>CallIntel.Sdk</c>; described in <c>docs/guides/jobs.md</c>.
/// </summary>
/// <remarks>Tags are kinds, outcomes and codes, which have few values. Orgs are not tags.</remarks>
sealed class JobMetrics : IDisposable
{
    readonly Meter? _own;
    readonly Counter<long> _ended;
    readonly Histogram<double> _duration,
        _wait;
    readonly UpDownCounter<long> _active;

    /// <param name="factory">
    /// The meter factory of the host, which disposes its meters. Null: creates an own meter.
    /// </param>
    internal JobMetrics(IMeterFactory? factory)
    {
        const string Name = "CallIntel.Sdk";
        string? version = typeof(JobMetrics).Assembly.GetName().Version?.ToString(3);
        Meter meter = factory?.Create(new MeterOptions(Name) { Version = version })
            ?? (_own = new Meter(Name, version));
        _ended = meter.CreateCounter<long>(
            "callintel.jobs.ended",
            "{job}",
            "Number of attempts that ended, by outcome."
        );
        _duration = meter.CreateHistogram<double>(
            "callintel.jobs.duration",
            "s",
            "Duration of an attempt, from taking the job to its end."
        );
        _wait = meter.CreateHistogram<double>(
            "callintel.jobs.wait",
            "s",
            "Time between enqueueing a job and its first attempt."
        );
        _active = meter.CreateUpDownCounter<long>(
            "callintel.jobs.active",
            "{job}",
            "Number of jobs that this process holds."
        );
    }

    internal void Took(ClaimedJob job, TimeSpan wait)
    {
        _active.Add(1, new KeyValuePair<string, object?>("callintel.job.kind", job.Kind));
        if (job.Attempt == 1)
            _wait.Record(
                Math.Max(wait.TotalSeconds, 0),
                new KeyValuePair<string, object?>("callintel.job.kind", job.Kind)
            );
    }

    /// <param name="job">The job.</param>
    /// <param name="outcome"><c>done</c>, <c>failed</c>, <c>lost</c> or <c>released</c>.</param>
    /// <param name="duration">The duration of the attempt.</param>
    internal void Ended(ClaimedJob job, string outcome, TimeSpan duration)
    {
        KeyValuePair<string, object?> kind = new("callintel.job.kind", job.Kind),
            tag = new("callintel.job.outcome", outcome);
        _active.Add(-1, kind);
        _ended.Add(1, kind, tag);
        _duration.Record(duration.TotalSeconds, kind, tag);
    }

    public void Dispose() => _own?.Dispose();
}
