using System.Diagnostics.Metrics;

namespace CallIntel.Sdk.IntegrationTests.SyncHealth;

/// <summary>Meters for one test, which do not include measurements of other tests.</summary>
sealed class ScopedMeters : IMeterFactory
{
    readonly List<Meter> _meters = [];

    public Meter Create(MeterOptions options)
    {
        options.Scope = this;
        Meter meter = new(options);
        _meters.Add(meter);
        return meter;
    }

    public void Dispose() => _meters.ForEach(m => m.Dispose());
}
