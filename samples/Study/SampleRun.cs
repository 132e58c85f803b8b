using System.Runtime.InteropServices;

namespace CallIntel.Study;

/// <summary>Runs a sample until it ends, fails, or is stopped by Ctrl-C or SIGTERM.</summary>
static class SampleRun
{
    /// <returns>The exit code of the process.</returns>
    public static async Task<int> RunAsync(Func<CancellationToken, Task<int>> sample)
    {
        using CancellationTokenSource stop = new();
        // Both signals stop the run in the same way: processes are stopped, and an unfinished batch is not stored.
        void Stop(PosixSignalContext signal)
        {
            signal.Cancel = true;
            stop.Cancel();
        }
        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        try
        {
            return await sample(stop.Token);
        }
        catch (CallIntelException e)
        {
            Console.Error.WriteLine(e.Message);
            Console.Error.WriteLine($"See docs/diagnostics/{e.Code}.md.");
            return 1;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            Console.Error.WriteLine("Stopped. What was stored before stays stored.");
            return 130;
        }
    }
}
