using System.Diagnostics;
using CallIntel.Benchmarks.Scorecard;
using CallIntel.Sdk.Testing;

namespace CallIntel.Benchmarks.Jobs;

/// <summary>
/// Kills workers with SIGKILL, stops them for longer than their lease, and crashes the server, while they run jobs.
/// Then every job must have had its effect exactly once.
/// </summary>
static class JobKillFigures
{
    /// <summary>Longer than the lease of <see cref="KillableWorker"/>.</summary>
    static readonly TimeSpan Stall = TimeSpan.FromSeconds(4);

    /// <param name="template">The template of the database.</param>
    /// <param name="kills">The number of workers that are killed or stopped; every tenth is stopped.</param>
    /// <param name="crashes">The number of crashes of the server.</param>
    internal static async Task<Figure> MeasureAsync(MigratedTemplate template, int kills, int crashes)
    {
        const int JobsForEach = 200;
        await using TestDatabase database = await template.CloneAsync();
        await BenchmarkJobs.InstallAsync(database);
        await BenchmarkJobs.ExecuteAsync(database, "update callintel_private.job_kinds set max_attempts = 1000");
        TestOrg[] orgs = [await database.CreateOrgAsync("a"), await database.CreateOrgAsync("b")];
        string keys = Path.Combine(Path.GetTempPath(), $"callintel-keys-{Guid.NewGuid():N}.json");
        database.SigningKeys.Save(keys);
        long enqueued = 0;
        int crashed = 0,
            stalled = 0;
#pragma warning disable CA5394 // the times of the kills must be reproducible
        Random random = new(20261129);
        try
        {
            using Process other = KillableWorker.Start(database, keys);
            try
            {
                for (int i = 0; i < kills; i++)
                {
                    using Process worker = KillableWorker.Start(database, keys);
                    await worker.StandardOutput.ReadLineAsync();
                    foreach (TestOrg org in orgs)
                        await BenchmarkJobs.EnqueueAsync(database, org, JobsForEach / 2);
                    enqueued += JobsForEach;
                    await Task.Delay(random.Next(0, 150));
                    if (i % Math.Max(kills / crashes, 1) == 0 && crashed < crashes)
                    {
                        await ServerCrash.CauseAsync(database);
                        crashed++;
                    }
                    if (i % 10 == 9)
                    {
                        stalled++;
                        Signal(worker, "STOP");
                        await Task.Delay(Stall);
                        Signal(worker, "CONT");
                        await Task.Delay(200);
                    }
                    worker.Kill();
                    await worker.WaitForExitAsync();
                }
                Stopwatch watch = Stopwatch.StartNew();
                while (
                    await BenchmarkJobs.CountAsync(database, "select count(*) from callintel_private.jobs") > 0
                    && watch.Elapsed < TimeSpan.FromMinutes(3)
                )
                    await Task.Delay(100);
            }
            finally
            {
                other.Kill();
                await other.WaitForExitAsync();
            }
        }
        finally
        {
            File.Delete(keys);
        }
#pragma warning restore CA5394
        long distinct = await BenchmarkJobs.CountAsync(database, "select count(distinct job_id) from host.effects"),
            all = await BenchmarkJobs.CountAsync(database, "select count(*) from host.effects");
        return Figure.Create(
            "jobs",
            "lost_or_twice",
            [Math.Abs(enqueued - distinct) + (all - distinct)],
            "count",
            0,
            false,
            $"{enqueued} jobs; {kills} workers killed, {stalled} of them stopped for longer than their lease before; "
                + $"{crashed} crashes of the server"
        );
    }

    static void Signal(Process process, string signal)
    {
        using Process kill = Process.Start("kill", [$"-{signal}", $"{process.Id}"]);
        kill.WaitForExit();
    }
}
