using System.Diagnostics;
using CallIntel.Sdk;
using CallIntel.Sdk.Crypto.Keys;
using CallIntel.Sdk.Jobs;
using CallIntel.Sdk.Testing;
using Npgsql;

namespace CallIntel.Benchmarks.Jobs;

/// <summary>
/// Runs a worker in another process, which can be killed: this program with <see cref="Verb"/> as its first argument.
/// </summary>
static class KillableWorker
{
    internal const string Verb = "work-until-killed";

    internal static Process Start(TestDatabase database, string keys) =>
        Process.Start(
            new ProcessStartInfo(Environment.ProcessPath!)
            {
                ArgumentList =
                {
                    Verb,
                    new NpgsqlConnectionStringBuilder(database.AppConnectionString)
                    {
                        ApplicationName = Verb,
                    }.ConnectionString,
                    keys,
                    database.RootKeyFile,
                },
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                UseShellExecute = false,
            }
        )!;

    /// <summary>Runs in the other process until it is killed. Prints one line when the worker has started.</summary>
    internal static async Task<int> MainAsync(string[] args)
    {
        using KeyRingFileProvider root = KeyRingFileProvider.Open(args[2], KeyRingProtection.FileModeOnly);
        await using CallIntelDataSource source = new(
            new CallIntelOptions
            {
                ConnectionString = args[0],
                SigningKeyFile = args[1],
                RootKeys = root,
            }
        );
        using CallIntelWorker worker = new(
            source,
            [new BenchmarkJobs.Handler()],
            new JobWorkerOptions
            {
                Lease = TimeSpan.FromSeconds(3),
                PollInterval = TimeSpan.FromMilliseconds(20),
                FirstRetryDelay = TimeSpan.FromMilliseconds(10),
            }
        );
        await worker.StartAsync(CancellationToken.None);
        Console.WriteLine("working");
        await Task.Delay(Timeout.Infinite);
        return 0;
    }
}
