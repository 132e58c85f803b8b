using System.Diagnostics;
using CallIntel.Benchmarks.Scorecard;
using CallIntel.Sdk.Testing;
using Npgsql;

namespace CallIntel.Benchmarks.Jobs;

/// <summary>
/// Kills workers with SIGKILL, stops them for longer than their lease, and crashes the server, while they run jobs.
/// Then every job must have had its effect exactly once.
/// </summary>
static class JobKillFigures
{
    /// <summary>
    /// Workers that run and are killed at the same time, so that starting one and stopping one overlap with the work of
    /// the others.
    /// </summary>
    const int Lanes = 6;

    const int JobsForEach = 60;

    /// <summary>Longer than the lease of <see cref="KillableWorker"/>.</summary>
    static readonly TimeSpan Stall = TimeSpan.FromSeconds(4);

    /// <param name="template">The template of the database.</param>
    /// <param name="kills">The number of workers that are killed; every tenth is stopped before.</param>
    /// <param name="crashes">The number of crashes of the server.</param>
    internal static async Task<Figure> MeasureAsync(MigratedTemplate template, int kills, int crashes)
    {
        await using TestDatabase database = await template.CloneAsync();
        await BenchmarkJobs.InstallAsync(database);
        await BenchmarkJobs.ExecuteAsync(
            database,
            """
            update callintel_private.job_kinds set max_attempts = 1000;
            create table host.enqueued (job_id uuid primary key);
            """
        );
        TestOrg[] orgs = [await database.CreateOrgAsync("a"), await database.CreateOrgAsync("b")];
        string keys = Path.Combine(Path.GetTempPath(), $"callintel-keys-{Guid.NewGuid():N}.json");
        database.SigningKeys.Save(keys);
        using Run run = new(database, keys, orgs, kills, crashes);
        try
        {
            using Process other = await run.StartAsync();
            try
            {
                await Task.WhenAll(Enumerable.Range(0, Lanes).Select(_ => run.KillAsync()));
                Stopwatch watch = Stopwatch.StartNew();
                while (
                    await BenchmarkJobs.CountAsync(database, "select count(*) from callintel_private.jobs") > 0
                    && watch.Elapsed < TimeSpan.FromMinutes(2)
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
        long enqueued = await BenchmarkJobs.CountAsync(database, "select count(*) from host.enqueued"),
            distinct = await BenchmarkJobs.CountAsync(database, "select count(distinct job_id) from host.effects"),
            all = await BenchmarkJobs.CountAsync(database, "select count(*) from host.effects");
        return Figure.Create(
            "jobs",
            "lost_or_twice",
            [Math.Abs(enqueued - distinct) + (all - distinct)],
            "count",
            0,
            false,
            $"{enqueued} jobs; {kills} workers killed, {run.Stalls} of them stopped for longer than a lease before; "
                + $"{run.Crashes} crashes of the server"
        );
    }

    sealed class Run(TestDatabase database, string keys, TestOrg[] orgs, int kills, int crashes) : IDisposable
    {
        readonly SemaphoreSlim _crashing = new(1, 1);
        int _next = -1,
            _stalls;

        internal int Stalls => _stalls;

        internal int Crashes { get; private set; }

        /// <summary>Starts a worker, again if the server was crashing.</summary>
        internal async Task<Process> StartAsync()
        {
            for (int attempt = 0; ; attempt++)
            {
                Process worker = KillableWorker.Start(database, keys);
                if (await worker.StandardOutput.ReadLineAsync() is not null)
                    return worker;
                string errors = await worker.StandardError.ReadToEndAsync();
                worker.Dispose();
                if (attempt == 100)
                    throw new InvalidOperationException($"The worker did not start: {errors}");
            }
        }

        /// <summary>Starts and kills workers, one after the other, until the workers of all lanes are enough.</summary>
        internal async Task KillAsync()
        {
            while (Interlocked.Increment(ref _next) is int number && number < kills)
            {
#pragma warning disable CA5394 // the times of the kills must be reproducible
                Random random = new(20261129 + number);
                using Process worker = await StartAsync();
                foreach (TestOrg org in orgs)
                    await EnqueueAsync(org, JobsForEach / orgs.Length);
                await Task.Delay(random.Next(0, 150));
#pragma warning restore CA5394
                // evenly among the kills
                if ((long)(number + 1) * crashes / kills > (long)number * crashes / kills)
                    await CrashAsync();
                if (number % 10 == 9)
                {
                    Interlocked.Increment(ref _stalls);
                    Signal(worker, "STOP");
                    await Task.Delay(Stall);
                    Signal(worker, "CONT");
                    await Task.Delay(200);
                }
                worker.Kill();
                await worker.WaitForExitAsync();
            }
        }

        public void Dispose() => _crashing.Dispose();

        async Task CrashAsync()
        {
            await _crashing.WaitAsync();
            try
            {
                await ServerCrash.CauseAsync(database);
                Crashes++;
            }
            finally
            {
                _crashing.Release();
            }
        }

        /// <summary>
        /// Enqueues jobs, again if the server crashed before it answered. The list of what was enqueued is stored
        /// together with the jobs, because a commit can have happened whose answer was lost.
        /// </summary>
        async Task EnqueueAsync(TestOrg org, int count)
        {
            Guid[] jobs = [.. Enumerable.Range(0, count).Select(_ => Guid.NewGuid())];
            for (long start = Stopwatch.GetTimestamp(); ; )
                try
                {
                    await BenchmarkJobs.ExecuteAsync(
                        database,
                        $"""
                        with fresh as (
                            insert into host.enqueued (job_id) select unnest($2) on conflict do nothing returning job_id
                        )
                        insert into callintel_private.jobs (org_id, job_id, kind, version, run_at)
                        select $1, f.job_id, '{BenchmarkJobs.Kind}', 1, clock_timestamp() from fresh f
                        """,
                        org.Id.Value,
                        jobs
                    );
                    return;
                }
                catch (NpgsqlException) when (Stopwatch.GetElapsedTime(start) < ServerCrash.Recovery)
                {
                    await Task.Delay(100);
                }
        }

        static void Signal(Process process, string signal)
        {
            using Process kill = Process.Start("kill", [$"-{signal}", $"{process.Id}"]);
            kill.WaitForExit();
        }
    }
}
