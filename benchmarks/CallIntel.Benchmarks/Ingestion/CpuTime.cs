using System.Diagnostics;
using System.Globalization;
using Npgsql;

namespace CallIntel.Benchmarks.Ingestion;

/// <summary>
/// The processor time of this process and of the server, which depends less on other work on the machine than elapsed
/// time.
/// </summary>
/// <param name="Client">The processor time of this process in seconds.</param>
/// <param name="Server">The processor time of the server in seconds. 0 on systems other than Linux.</param>
readonly record struct CpuTime(double Client, double Server)
{
    const double TicksPerSecond = 100;

    internal static async Task<CpuTime> NowAsync(NpgsqlDataSource admin)
    {
        using Process self = Process.GetCurrentProcess();
        await using NpgsqlCommand command = admin.CreateCommand(
            "select current_setting('callintel_server.room', true)"
        );
        return new CpuTime(
            self.TotalProcessorTime.TotalSeconds,
            await command.ExecuteScalarAsync() is string folder && Directory.Exists("/proc/self")
                ? ReadServer(folder)
                : 0
        );
    }

    /// <summary>
    /// Returns the processor time of this process and of the sessions of one database, without helper processes of the
    /// server. It is exact for a few milliseconds too, but lacks sessions that have ended.
    /// </summary>
    internal static CpuTime OfSessions(string database)
    {
        using Process self = Process.GetCurrentProcess();
        return new CpuTime(
            self.TotalProcessorTime.TotalSeconds,
            Directory.Exists("/proc/self") ? Processes().Sum(p => ReadSession(p, database)) : 0
        );
    }

    public static CpuTime operator -(CpuTime left, CpuTime right) =>
        new(left.Client - right.Client, left.Server - right.Server);

    /// <summary>Reads the time of the postmaster, of its children, and of children that have ended.</summary>
    /// <param name="folder">
    /// The folder of the server, which its command line contains. Its process ids cannot be used, because the server
    /// runs in another PID namespace.
    /// </param>
    static double ReadServer(string folder)
    {
        int[] processes = Processes();
        int postmaster = processes.First(p =>
            Read(p, "cmdline") is { } line
            && line.Contains("/postgres\0", StringComparison.Ordinal)
            && line.Contains(folder, StringComparison.Ordinal)
        );
        double ticks = 0;
        foreach (int process in processes)
        {
            string line = Read(process, "stat") ?? "";
            // state, parent, ..., user, system, user of ended children, system of ended children
            string[] fields = line[(line.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (process == postmaster)
                ticks += Ticks(fields, 11, 15);
            else if (fields.Length > 1 && fields[1] == postmaster.ToString(CultureInfo.InvariantCulture))
                ticks += Ticks(fields, 11, 13);
        }
        return ticks / TicksPerSecond;
    }

    /// <summary>A session names its database in its command line, after the role.</summary>
    static double ReadSession(int process, string database) =>
        Read(process, "cmdline") is { } line
        && line.StartsWith("postgres: ", StringComparison.Ordinal)
        && line.Contains($" {database} ", StringComparison.Ordinal)
        && !line.Contains("autovacuum", StringComparison.Ordinal)
        && Read(process, "schedstat") is { Length: > 0 } times
            ? double.Parse(times.Split(' ')[0], CultureInfo.InvariantCulture) / 1e9
            : 0;

    static int[] Processes() =>
        [
            .. Directory
                .EnumerateDirectories("/proc")
                .Select(Path.GetFileName)
                .Where(n => char.IsAsciiDigit(n![0]))
                .Select(n => int.Parse(n!, CultureInfo.InvariantCulture)),
        ];

    static double Ticks(string[] fields, int from, int to) =>
        fields[from..to].Sum(f => double.Parse(f, CultureInfo.InvariantCulture));

    static string? Read(int process, string file)
    {
        try
        {
            return File.ReadAllText($"/proc/{process}/{file}");
        }
        catch (IOException)
        {
            return null; // the process has ended
        }
    }
}
