using Npgsql;
using Xunit.MicrosoftTestingPlatform;
using Xunit.Runner.InProc.SystemConsole;

namespace CallIntel.Sdk.Testing.Tests;

/// <summary>Runs the tests, or starts a server for <see cref="KilledClientTests"/>, which kills this process.</summary>
static class Program
{
    internal const string HoldAServer = "hold-a-server";

    internal static async Task<int> Main(string[] arguments)
    {
        if (arguments is [HoldAServer])
            return await HoldAsync();
        return arguments.Any(argument => argument is "--server" or "--internal-msbuild-node")
            ? await TestPlatformTestFramework.RunAsync(arguments, SelfRegisteredExtensions.AddSelfRegisteredExtensions)
            : await ConsoleRunner.Run(arguments);
    }

    static async Task<int> HoldAsync()
    {
        await using PostgresServer server = await PostgresServer.StartAsync();
        int port = new NpgsqlConnectionStringBuilder(server.AdminConnectionString).Port;
        Console.WriteLine($"{port} {server.Folder}");
        await Task.Delay(Timeout.InfiniteTimeSpan);
        return 0;
    }
}
