using System.Diagnostics;
using System.Globalization;
using CallIntel.Benchmarks.Scorecard;
using CallIntel.Sdk.IntegrationTests.SubjectRequests;
using CallIntel.Sdk.IntegrationTests.SubjectRequests.Model;
using CallIntel.Sdk.SubjectRequests;
using CallIntel.Sdk.Testing;

namespace CallIntel.Benchmarks.SubjectRequests;

/// <summary>
/// The model of the integration tests with more steps, crashes of the server by SIGKILL, and killed workers.
/// </summary>
static class ModelFigures
{
    const int Seed = 20261130;

    internal static async Task<Figure[]> MeasureAsync(
        MigratedTemplate template,
        int steps,
        int crashEvery,
        int killEvery,
        int restoreEvery
    )
    {
        ModelRun run = new(Seed, steps, orgs: 4)
        {
            Records = 120,
            CrashEvery = crashEvery,
            KillEvery = killEvery,
            RestoreEvery = restoreEvery,
            Crash = ServerCrash.CauseAsync,
            KillWorker = KillWorkerAsync,
        };
        long start = Stopwatch.GetTimestamp();
        ModelReport report = await run.RunAsync(template);
        foreach (string broken in report.Broken)
            await Console.Error.WriteLineAsync(broken);
        string note = string.Create(
            CultureInfo.InvariantCulture,
            $"{report}; seed {Seed}; {Stopwatch.GetElapsedTime(start).TotalSeconds:0} s"
        );
        return
        [
            Figure.Create(SubjectRequestsSuite.Name, "model_steps", [report.Steps], "count", steps, true, note),
            Figure.Create(
                SubjectRequestsSuite.Name,
                "broken_invariants",
                [report.Broken.Count],
                "count",
                0,
                false,
                "erased stays erased, held stays, nobody else's rows are gone, the height of the ledger never falls, "
                    + "certificates verify"
            ),
        ];
    }

    static async Task KillWorkerAsync(ModelWorld world, ErasureStep step)
    {
        string keys = Path.Combine(world.Folder, "signing.json");
        world.Database.SigningKeys.Save(keys);
        using Process worker = ErasingWorker.Start(world.Database, keys, world.Folder, $"{step}");
        await worker.WaitForExitAsync();
        File.Delete(keys);
    }
}
