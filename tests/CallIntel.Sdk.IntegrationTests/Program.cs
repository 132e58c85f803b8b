using CallIntel.Sdk.IntegrationTests.Ingestion;
using Xunit.MicrosoftTestingPlatform;
using Xunit.Runner.InProc.SystemConsole;

namespace CallIntel.Sdk.IntegrationTests;

/// <summary>Runs the tests, or is the application that <see cref="KillTests"/> kills.</summary>
static class Program
{
    static async Task<int> Main(string[] arguments)
    {
        if (arguments is [LoadingClient.Verb, ..])
            return await LoadingClient.MainAsync(arguments);
        return arguments.Any(argument => argument is "--server" or "--internal-msbuild-node")
            ? await TestPlatformTestFramework.RunAsync(arguments, SelfRegisteredExtensions.AddSelfRegisteredExtensions)
            : await ConsoleRunner.Run(arguments);
    }
}
