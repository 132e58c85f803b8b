using System.Diagnostics;
using System.Globalization;
using CallIntel.Sdk.Testing.Providers;

namespace CallIntel.Sdk.Testing.Tests;

public sealed class KilledClientTests
{
    [Fact]
    public async Task Killing_the_client_stops_the_server()
    {
        using Process client = StartClient();
        (int port, string? folder) = await ReadServerAsync(client);
        Assert.NotEmpty(await Traces.FindAsync(port, folder));

        client.Kill(); // SIGKILL: the client cannot clean up

        await Traces.AssertGoneAsync(port, folder);
    }

    [Fact]
    public async Task Killing_the_start_script_stops_the_server()
    {
        using Process client = StartClient();
        try
        {
            (int port, string? folder) = await ReadServerAsync(client);
            if (folder is null)
                return; // a container has no script

            foreach (Process script in ChildrenOf(client))
                script.Kill();

            await Traces.AssertGoneAsync(port, folder);
        }
        finally
        {
            client.Kill();
        }
    }

    /// <summary>The child processes. Linux lists them by the thread that started them.</summary>
    static IEnumerable<Process> ChildrenOf(Process parent) =>
        Directory
            .EnumerateDirectories($"/proc/{parent.Id}/task")
            .SelectMany(thread =>
                File.ReadAllText(Path.Combine(thread, "children")).Split(' ', StringSplitOptions.RemoveEmptyEntries)
            )
            .Select(id => Process.GetProcessById(int.Parse(id, CultureInfo.InvariantCulture)));

    static Process StartClient()
    {
        var start = new ProcessStartInfo(
            Path.Combine(AppContext.BaseDirectory, "CallIntel.Sdk.Testing.Tests"),
            Program.HoldAServer
        )
        {
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        start.Environment.Remove(ConfiguredServerProvider.VariableName);
        return Process.Start(start)!;
    }

    static async Task<(int Port, string? Folder)> ReadServerAsync(Process client)
    {
        string? line = await client.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken);
        string[] words = Assert.IsType<string>(line).Split(' ', 2);
        return (int.Parse(words[0], CultureInfo.InvariantCulture), words[1].Length > 0 ? words[1] : null);
    }
}
