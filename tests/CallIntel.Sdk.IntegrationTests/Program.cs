using CallIntel.Sdk.IntegrationTests.Ingestion;
using CallIntel.Sdk.IntegrationTests.Mutation;
using Xunit.MicrosoftTestingPlatform;
using Xunit.Runner.InProc.SystemConsole;

namespace CallIntel.Sdk.IntegrationTests;

/// <summary>
/// Runs the tests, or is the application that <see cref="KillTests"/> kills, or damages the SQL package to see that
/// tests notice.
/// </summary>
static class Program
{
    static async Task<int> Main(string[] arguments)
    {
        if (arguments is [LoadingClient.Verb, ..])
            return await LoadingClient.MainAsync(arguments);
        if (arguments is [MutationRun.Verb, ..])
            return await MutationRun.MainAsync(arguments[1..]);
        return arguments.Any(argument => argument is "--server" or "--internal-msbuild-node")
            ? await TestPlatformTestFramework.RunAsync(arguments, SelfRegisteredExtensions.AddSelfRegisteredExtensions)
            : await ConsoleRunner.Run(arguments);
    }
}
