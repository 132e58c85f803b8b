using System.Diagnostics;
using System.Runtime.InteropServices;

namespace CallIntel.Benchmarks.Crypto;

/// <summary>Reads the processor time of the calling thread, or elapsed time on systems other than Linux.</summary>
static class ThreadTime
{
    const int ThreadCpuTime = 3;

    internal static long Nanoseconds()
    {
        if (OperatingSystem.IsLinux() && Read(ThreadCpuTime, out Timespec time) == 0)
            return (time.Seconds * 1_000_000_000) + time.Nanoseconds;
        return (long)Stopwatch.GetElapsedTime(0).TotalNanoseconds;
    }

    [DllImport("libc", EntryPoint = "clock_gettime")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    static extern int Read(int clock, out Timespec time);

    [StructLayout(LayoutKind.Sequential)]
    struct Timespec
    {
        internal nint Seconds;
        internal nint Nanoseconds;
    }
}
