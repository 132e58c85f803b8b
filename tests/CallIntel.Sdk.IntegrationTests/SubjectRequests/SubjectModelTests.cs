using System.Diagnostics;
using CallIntel.Sdk.IntegrationTests.Attacks.Fuzzing;
using CallIntel.Sdk.IntegrationTests.SubjectRequests.Model;
using CallIntel.Sdk.SubjectRequests;
using CallIntel.Sdk.Testing;
using Npgsql;

namespace CallIntel.Sdk.IntegrationTests.SubjectRequests;

/// <summary>
/// Random sequences of requests, holds, imports, restores and kills keep what a small model of them says.
/// <c>CALLINTEL_LONG_TESTS=1</c> takes 100,000 steps instead of some hundreds.
/// </summary>
public sealed class SubjectModelTests(ServerFixture server)
{
    const int Seed = 20261130;

    [Fact]
    public async Task Erased_stays_erased_and_held_stays_in_random_sequences_of_everything_that_can_happen()
    {
        TestContext.Current.TestOutputHelper!.WriteLine($"seed {Seed}");
        ModelRun run = new(Seed, FuzzSize.IsLong ? 100_000 : 1_500, orgs: 3)
        {
            CrashEvery = 2,
            KillEvery = 2,
            RestoreEvery = FuzzSize.IsLong ? 20 : 3,
            Crash = EndConnectionsAsync,
            KillWorker = KillWorkerAsync,
        };
        ModelReport report = await run.RunAsync(server.Template);
        TestContext.Current.TestOutputHelper!.WriteLine($"{report}");
        Assert.Equal([], report.Broken);
        Assert.True(report is { Steps: >= 1_500, Certificates: > 0, Restores: > 0, ServerKills: > 0 });
    }

    /// <summary>
    /// Ends all connections of the application from the server's side. Other tests use the server, so it cannot be
    /// killed here; the scorecard does that.
    /// </summary>
    static async Task EndConnectionsAsync(TestDatabase database)
    {
        await using NpgsqlCommand end = database.Admin.CreateCommand(
            "select pg_terminate_backend(pid) from pg_stat_activity"
                + " where datname = current_database() and usename = 'callintel_app'"
        );
        await end.ExecuteNonQueryAsync();
    }

    internal static async Task KillWorkerAsync(ModelWorld world, ErasureStep step)
    {
        string keys = Path.Combine(world.Folder, "signing.json");
        world.Database.SigningKeys.Save(keys);
        using Process worker = ErasingWorker.Start(world.Database, keys, world.Folder, $"{step}");
        await worker.WaitForExitAsync();
        File.Delete(keys);
    }
}
