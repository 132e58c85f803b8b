using System.Diagnostics;
using System.Net.Sockets;

namespace CallIntel.Sdk.Testing.Tests;

/// <summary>Finds the port, folder and processes of a server. None of them may exist after it has stopped.</summary>
static class Traces
{
    static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    /// <summary>Waits until nothing of a server exists, and fails with a list of what still does.</summary>
    internal static async Task AssertGoneAsync(int port, string? folder)
    {
        var waited = Stopwatch.StartNew();
        List<string> left;
        while ((left = await FindAsync(port, folder)).Count > 0 && waited.Elapsed < Timeout)
            await Task.Delay(50);
        Assert.Empty(left);
    }

    internal static async Task<List<string>> FindAsync(int port, string? folder)
    {
        List<string> left = [];
        if (await AnswersAsync("127.0.0.1", port))
            left.Add($"port {port} answers");
        if (folder is null)
            return left;

        if (Directory.Exists(folder))
            left.Add($"folder {folder}");
        left.AddRange(ProcessesMentioning(folder));
        return left;
    }

    /// <summary>The command lines that contain a folder. That of the server does.</summary>
    internal static IEnumerable<string> ProcessesMentioning(string folder)
    {
        foreach (
            string process in Directory
                .EnumerateDirectories("/proc")
                .Where(p => int.TryParse(Path.GetFileName(p), out _))
        )
        {
            string commandLine;
            try
            {
                commandLine = File.ReadAllText(Path.Combine(process, "cmdline")).Replace('\0', ' ');
            }
            catch (IOException)
            {
                continue; // the process has ended
            }

            if (commandLine.Contains(folder, StringComparison.Ordinal))
                yield return commandLine;
        }
    }

    internal static async Task<bool> AnswersAsync(string host, int port)
    {
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(host, port).WaitAsync(TimeSpan.FromSeconds(2));
            return true;
        }
        catch (Exception e) when (e is SocketException or TimeoutException)
        {
            return false;
        }
    }
}
