using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Jobs;
using CallIntel.Sdk.SubjectRequests;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;

namespace CallIntel.Sdk.IntegrationTests.SubjectRequests.Model;

/// <summary>
/// Random sequences of imports, requests for erasure, legal holds, opt-outs, interrupted erasures, killed workers,
/// crashes of the server, and restores of backups. After each epoch, all rows are compared with the model.
/// </summary>
/// <param name="seed">The seed. The same seed does the same operations; interruptions come at other moments.</param>
/// <param name="steps">The number of records and operations.</param>
/// <param name="orgs">The number of orgs, whose operations run at the same time.</param>
sealed class ModelRun(int seed, int steps, int orgs)
{
    const int RoundsInEpoch = 3;

    readonly ModelReport _report = new();

    // The times of the interruptions do not have to be secret.
    readonly Random _random = new(seed);
    readonly int _seed = seed;

    /// <summary>The number of records in each import.</summary>
    internal int Records { get; init; } = 40;

    /// <summary>In every so many epochs, the server crashes; 0 for never.</summary>
    internal int CrashEvery { get; init; }

    /// <summary>In every so many epochs, a worker is killed; 0 for never.</summary>
    internal int KillEvery { get; init; }

    /// <summary>After every so many epochs, a backup from the epoch before is restored; 0 for never.</summary>
    internal int RestoreEvery { get; init; }

    /// <summary>Crashes the server of a database, and returns when it answers again.</summary>
    internal Func<TestDatabase, Task>? Crash { get; init; }

    /// <summary>Lets a worker in another process take a job and be killed before a step.</summary>
    internal Func<ModelWorld, ErasureStep, Task>? KillWorker { get; init; }

    internal async Task<ModelReport> RunAsync(MigratedTemplate template)
    {
        string folder = Directory.CreateTempSubdirectory("callintel-model-").FullName;
        await using ModelWorld world = new(template, folder);
        await world.OpenAsync();
        List<ModelDriver> drivers = [];
        for (int i = 0; i < orgs; i++)
            drivers.Add(
                new ModelDriver(
                    world,
                    await world.Database.CreateOrgAsync($"model {i}"),
                    _report,
                    new Random(_seed + i + 1)
                )
            );
        (string Dump, List<ModelOrg> Models)? backup = null;
        for (int epoch = 1; _report.Steps < steps && _report.Broken.Count == 0; epoch++)
        {
            await RunEpochAsync(world, drivers, IsDue(epoch, CrashEvery));
            await DrainAsync(world, drivers, IsDue(epoch, KillEvery));
            foreach (ModelDriver driver in drivers)
                await ModelChecks.CompareAsync(world, driver, _report);
            if (backup is { } former && IsDue(epoch, RestoreEvery))
            {
                await RestoreAsync(world, drivers, former.Dump, former.Models);
                backup = null;
            }
            else if (IsDue(epoch + 1, RestoreEvery))
            {
                // In the middle of erasures: some are open between two steps.
                await RunEpochAsync(world, drivers, isCrashed: false);
                backup = (
                    await world.Database.DumpAsync(CancellationToken.None),
                    [.. drivers.Select(driver => driver.Model.Clone())]
                );
            }
        }
        return _report;
    }

    static bool IsDue(int epoch, int every) => every > 0 && epoch % every == 0;

    async Task RunEpochAsync(ModelWorld world, List<ModelDriver> drivers, bool isCrashed)
    {
        Task crash = isCrashed ? CrashAsync(world) : Task.CompletedTask;
        await Task.WhenAll(
            drivers.Select(async driver =>
            {
                for (int round = 0; round < RoundsInEpoch && _report.Broken.Count == 0; round++)
                    await driver.RunRoundAsync(Records);
            })
        );
        await crash;
    }

    async Task CrashAsync(ModelWorld world)
    {
        await Task.Delay(_random.Next(50, 400));
        await Crash!(world.Database);
        _report.ServerKills++;
    }

    /// <summary>Lets workers run all jobs, the first one of which may be killed.</summary>
    async Task DrainAsync(ModelWorld world, List<ModelDriver> drivers, bool isKilled)
    {
        if (isKilled && drivers.Exists(driver => driver.Model.Active.Any(erasure => erasure.IsEnqueued)))
        {
            await KillWorker!(world, (ErasureStep)_random.Next(2, 11));
            _report.WorkerKills++;
            await ModelChecks.ScalarAsync<long>(
                world,
                "with ended as (update callintel_private.jobs set run_at = now() - interval '1 s' returning 1)"
                    + " select count(*) from ended"
            );
        }
        using (
            CallIntelWorker worker = new(
                world.Source,
                [],
                new JobWorkerOptions
                {
                    PollInterval = TimeSpan.FromMilliseconds(20),
                    FirstRetryDelay = TimeSpan.FromMilliseconds(1),
                    LongestRetryDelay = TimeSpan.FromMilliseconds(1),
                }
            )
        )
        {
            await worker.StartAsync(CancellationToken.None);
            while (
                await ModelChecks.ScalarAsync<long>(
                    world,
                    "select count(*) from callintel_private.jobs where kind = 'erase_subject' and died_at is null"
                ) > 0
            )
                await Task.Delay(20);
            await worker.StopAsync(CancellationToken.None);
        }
        foreach (ModelDriver driver in drivers)
        {
            await using OrgSession session = await world.OpenSessionAsync(driver.Org);
            foreach (ModelErasure erasure in driver.Model.Active.Where(erasure => erasure.IsEnqueued).ToList())
            {
                await driver.FollowAsync(session, erasure);
                _report.Expect(ErasureStep.Done, erasure.Next, "the next step of an erasure that a worker ran");
            }
        }
    }

    /// <summary>
    /// Restores a backup beside the copy of the ledger, which went on. No session is served before the erasures are
    /// repeated.
    /// </summary>
    async Task RestoreAsync(ModelWorld world, List<ModelDriver> drivers, string dump, List<ModelOrg> models)
    {
        await world.RestoreAsync(dump);
        foreach ((ModelDriver driver, ModelOrg restored) in drivers.Zip(models))
        {
            long copied = (await world.Sink.ReadHeadAsync(driver.Org.Id, CancellationToken.None))?.Height ?? 0;
            if (copied > restored.Ledger.Count)
                _report.Expect(ErrorCodes.ErasuresMissing, await RefusalAsync(world, driver), "refusal before replay");
            List<ModelEntry> ledger = [.. driver.Model.Ledger.Take((int)copied)];
            driver.Model = restored;
            await world.Source.ReplayErasuresAsync(driver.Org.As(OrgRole.Admin));
            restored.Replay(ledger);
            await using OrgSession session = await world.OpenSessionAsync(driver.Org);
            foreach (ModelErasure erasure in restored.Erasures.Values)
                await driver.FollowAsync(session, erasure);
            await ModelChecks.CompareAsync(world, driver, _report);
        }
        _report.Restores++;
    }

    static async Task<string?> RefusalAsync(ModelWorld world, ModelDriver driver)
    {
        try
        {
            await using OrgSession session = await world.OpenSessionAsync(driver.Org);
            await session.Events.ReadAsync(EventFilter.All).CountAsync();
            return null;
        }
        catch (CallIntelException e)
        {
            return e.Code;
        }
    }
}
