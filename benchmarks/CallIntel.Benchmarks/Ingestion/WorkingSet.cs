using System.Diagnostics;

namespace CallIntel.Benchmarks.Ingestion;

/// <summary>Watches how much this process grows.</summary>
sealed class WorkingSet : IDisposable
{
    readonly Timer _timer;
    readonly long _before = Now();
    long _peak;

    WorkingSet() => _timer = new Timer(_ => _peak = Math.Max(_peak, Now()), null, 0, 50);

    internal long Growth => Math.Max(0, _peak - _before);

    internal static WorkingSet Watch()
    {
        GC.Collect();
        return new WorkingSet();
    }

    public void Dispose() => _timer.Dispose();

    static long Now()
    {
        using Process self = Process.GetCurrentProcess();
        return self.WorkingSet64;
    }
}
