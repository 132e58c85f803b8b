using System.Diagnostics;
using System.Globalization;
using Npgsql;

namespace CallIntel.Benchmarks.Ingestion;

/// <summary>Processor seconds of this process and of the server, which other work on the machine does not change much. Linux only: zero for the server elsewhere.</summary>
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
            await command.ExecuteScalarAsync() is string room && Directory.Exists("/proc/self") ? OfServer(room) : 0
        );
    }

    public static CpuTime operator -(CpuTime left, CpuTime right) =>
        new(left.Client - right.Client, left.Server - right.Server);

    /// <summary>The postmaster with what its former children used, and the children it has.</summary>
    /// <param name="room">The server's folder, named on its command line: its process ids are those of a namespace of its own.</param>
    static double OfServer(string room)
    {
        int[] processes =
        [
            .. Directory
                .EnumerateDirectories("/proc")
                .Select(Path.GetFileName)
                .Where(n => char.IsAsciiDigit(n![0]))
                .Select(n => int.Parse(n!, CultureInfo.InvariantCulture)),
        ];
        int postmaster = processes.First(p =>
            Read(p, "cmdline") is { } line
            && line.Contains("/postgres\0", StringComparison.Ordinal)
            && line.Contains(room, StringComparison.Ordinal)
        );
        double ticks = 0;
        foreach (int process in processes)
        {
            string line = Read(process, "stat") ?? "";
            string[] fields = line[(line.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries); // state, parent, ..., user, system, those of former children
            if (process == postmaster)
                ticks += Ticks(fields, 11, 15);
            else if (fields.Length > 1 && fields[1] == postmaster.ToString(CultureInfo.InvariantCulture))
                ticks += Ticks(fields, 11, 13);
        }
        return ticks / TicksPerSecond;
    }

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
            return null; // it ended meanwhile
        }
    }
}
