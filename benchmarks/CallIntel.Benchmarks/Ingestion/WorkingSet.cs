using System.Diagnostics;

namespace CallIntel.Benchmarks.Ingestion;

/// <summary>Measures the growth of the working set of this process, every 50 ms.</summary>
sealed class WorkingSet : IDisposable
{
    readonly Timer _timer;
    readonly long _before = Now();
    long _peak;

    WorkingSet() => _timer = new Timer(_ => _peak = Math.Max(_peak, Now()), null, 0, 50);

    /// <summary>Gets the growth to the peak, in bytes.</summary>
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
