using CallIntel.Sdk.IntegrationTests.Ingestion;
using CallIntel.Sdk.IntegrationTests.Mutation;
using CallIntel.Sdk.IntegrationTests.SubjectRequests;
using Xunit.MicrosoftTestingPlatform;
using Xunit.Runner.InProc.SystemConsole;

namespace CallIntel.Sdk.IntegrationTests;

/// <summary>
/// Runs the tests. Other verbs run the process that <see cref="InterruptedLoadTests"/> kills, the worker of
/// <see cref="ErasureJobTests"/>, and test whether the tests detect mutants of the SQL package.
/// </summary>
static class Program
{
    static async Task<int> Main(string[] arguments)
    {
        if (arguments is [LoadingClient.Verb, ..])
            return await LoadingClient.MainAsync(arguments);
        if (arguments is [ErasingWorker.Verb, ..])
            return await ErasingWorker.MainAsync(arguments);
        if (arguments is [MutationRun.Verb, ..])
            return await MutationRun.MainAsync(arguments[1..]);
        return arguments.Any(argument => argument is "--server" or "--internal-msbuild-node")
            ? await TestPlatformTestFramework.RunAsync(arguments, SelfRegisteredExtensions.AddSelfRegisteredExtensions)
            : await ConsoleRunner.Run(arguments);
    }
}
