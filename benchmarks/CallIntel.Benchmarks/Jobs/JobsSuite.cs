using System.Diagnostics;
using System.Globalization;
using CallIntel.Benchmarks.Scorecard;
using CallIntel.Sdk;
using CallIntel.Sdk.Jobs;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using Hangfire;
using Hangfire.PostgreSql;
using Npgsql;

namespace CallIntel.Benchmarks.Jobs;

/// <summary>The queue of background work: throughput, fairness, a long queue, jobs that always fail, kills.</summary>
sealed class JobsSuite : ISuite
{
    const int ClaimSize = 20;
    static readonly TimeSpan LongestComparison = TimeSpan.FromMinutes(2);

    public string Name => "jobs";

    public async IAsyncEnumerable<Figure> RunAsync(PostgresServer server, ScorecardSize size)
    {
        await using MigratedTemplate template = await MigratedTemplate.CreateAsync(server);
        if (size.Wants("vs_hangfire"))
            yield return await ThroughputAsync(template, size.Pick(1_500, 500), size.Pick(5, 3));
        if (size.Wants("light_org_wait"))
            yield return await FairnessAsync(template, size.Pick(100, 30));
        if (size.Wants("claim_p95_ms"))
            yield return await LongQueueAsync(template, size.Pick(1_000_000, 100_000));
        if (size.Wants("poison_not_set_aside"))
            yield return await PoisonAsync(template);
        if (size.Wants("lost_or_twice"))
            yield return await JobKillFigures.MeasureAsync(template, kills: size.Pick(30, 10), crashes: 2);
    }

    public async IAsyncEnumerable<Figure> RunLongAsync(PostgresServer server, ScorecardSize size)
    {
        await using MigratedTemplate template = await MigratedTemplate.CreateAsync(server);
        if (size.Wants("lost_or_twice"))
            yield return await JobKillFigures.MeasureAsync(
                template,
                kills: size.Pick(1_000, 100),
                crashes: size.Pick(50, 5)
            );
    }

    static CallIntelWorker Worker(TestDatabase database, JobHandler handler) =>
        new(
            database.DataSource,
            [handler],
            new JobWorkerOptions
            {
                Concurrency = ClaimSize * 2,
                PollInterval = TimeSpan.FromMilliseconds(50),
                FirstRetryDelay = TimeSpan.FromMilliseconds(1),
                LongestRetryDelay = TimeSpan.FromMilliseconds(1),
            }
        );

    async Task<Figure> ThroughputAsync(MigratedTemplate template, int jobs, int runs)
    {
        await using TestDatabase database = await template.CloneAsync();
        await BenchmarkJobs.InstallAsync(database);
        await BenchmarkJobs.ExecuteAsync(database, "create table host.peer_effects (number bigint not null)");
        TestOrg[] orgs = [await database.CreateOrgAsync("a"), await database.CreateOrgAsync("b")];
        PostgreSqlStorage storage = HangfirePeer.Open(database);
        List<double> ratios = [],
            ours = [],
            theirs = [];
        Stopwatch whole = Stopwatch.StartNew();
        // On a busy machine, fewer runs are measured, and at least one.
        for (int run = -1; run < runs && (run < 1 || whole.Elapsed < LongestComparison); run++)
        {
            // so that waiting for the effects, which counts them, costs the same in each run
            await BenchmarkJobs.ExecuteAsync(database, "truncate host.effects, host.peer_effects");
            // the first run only warms up
            int count = orgs.Length * ((run < 0 ? jobs / 5 : jobs) / orgs.Length);
            foreach (TestOrg org in orgs)
                await BenchmarkJobs.EnqueueAsync(database, org, count / orgs.Length);
            Stopwatch watch = Stopwatch.StartNew();
            using (CallIntelWorker worker = Worker(database, new BenchmarkJobs.Handler()))
            {
                await worker.StartAsync(CancellationToken.None);
                await WaitForAsync(database, "select count(*) from host.effects", count);
                watch.Stop();
                await worker.StopAsync(CancellationToken.None);
            }
            double our = count / watch.Elapsed.TotalSeconds;

            HangfirePeer.Enqueue(storage, count);
            watch.Restart();
            using (BackgroundJobServer hangfire = HangfirePeer.Start(storage, ClaimSize))
            {
                await WaitForAsync(database, "select count(*) from host.peer_effects", count);
                watch.Stop();
            }
            double their = count / watch.Elapsed.TotalSeconds;
            if (run < 0)
                continue;
            ours.Add(our);
            theirs.Add(their);
            ratios.Add(our / their);
        }
        return Figure.Create(
            Name,
            "vs_hangfire",
            ratios,
            "ratio",
            3,
            true,
            string.Create(
                CultureInfo.InvariantCulture,
                $"{jobs} jobs with one row each; ours {Figure.Median(ours):0} jobs/s, Hangfire.PostgreSql with "
                    + $"{ClaimSize} workers {Figure.Median(theirs):0} jobs/s"
            )
        );
    }

    async Task<Figure> FairnessAsync(MigratedTemplate template, int samples)
    {
        await using TestDatabase database = await template.CloneAsync();
        await BenchmarkJobs.InstallAsync(database);
        TestOrg heavy = await database.CreateOrgAsync("heavy"),
            light = await database.CreateOrgAsync("light");
        using CallIntelWorker worker = Worker(database, new BenchmarkJobs.Handler());
        await worker.StartAsync(CancellationToken.None);
        double alone = await WaitOfAsync(database, light, samples);
        await BenchmarkJobs.EnqueueAsync(database, heavy, 20_000);
        double beside = await WaitOfAsync(database, light, samples);
        long left = await BenchmarkJobs.CountAsync(database, "select count(*) from callintel_private.jobs");
        await worker.StopAsync(CancellationToken.None);
        if (left == 0)
            throw new InvalidOperationException("The jobs of the other org ended before the measurement did.");
        return Figure.Create(
            Name,
            "light_org_wait",
            [beside / alone],
            "ratio",
            2,
            false,
            string.Create(
                CultureInfo.InvariantCulture,
                $"median wait of {samples} jobs, one at a time, while another org has 20,000: {beside:0.0} ms, alone "
                    + $"{alone:0.0} ms; {left} jobs of the other org were left at the end"
            )
        );
    }

    /// <summary>The median time from enqueueing a job to its effect, in milliseconds.</summary>
    static async Task<double> WaitOfAsync(TestDatabase database, TestOrg org, int samples)
    {
        List<double> waits = [];
        for (int i = 0; i < samples; i++)
        {
            long before = await CountAsync();
            Stopwatch watch = Stopwatch.StartNew();
            await BenchmarkJobs.EnqueueAsync(database, org, 1);
            while (await CountAsync() == before)
                await Task.Delay(1);
            waits.Add(watch.Elapsed.TotalMilliseconds);
        }
        return Figure.Median(waits);

        Task<long> CountAsync() =>
            BenchmarkJobs.CountAsync(database, $"select count(*) from host.effects where org_id = '{org.Id}'");
    }

    async Task<Figure> LongQueueAsync(MigratedTemplate template, int jobs)
    {
        const int Orgs = 200,
            Claims = 200;
        await using TestDatabase database = await template.CloneAsync();
        await BenchmarkJobs.InstallAsync(database);
        TestOrg org = await database.CreateOrgAsync("first");
        await BenchmarkJobs.ExecuteAsync(
            database,
            $"""
            insert into callintel_private.orgs (org_id, name)
            select md5(i::text)::uuid, 'org' from generate_series(1, {Orgs}) i;
            insert into callintel_private.jobs (org_id, job_id, kind, version, run_at)
            select md5((1 + i % {Orgs})::text)::uuid, gen_random_uuid(), '{BenchmarkJobs.Kind}', 1, clock_timestamp()
              from generate_series(1, {jobs}) i;
            """
        );
        await BenchmarkJobs.ExecuteAsync(database, "vacuum analyze callintel_private.jobs");
        await using (OrgSession session = await org.OpenSessionAsync(OrgRole.Owner))
            await session.Jobs.ListAsync().CountAsync();
        JobQueue queue = new(database.DataSource.Database, "benchmark");
        OrgId? after = null;
        List<double> times = [];
        for (int i = -10; i < Claims; i++)
        {
            Stopwatch watch = Stopwatch.StartNew();
            List<ClaimedJob> taken = await queue.TakeAsync(
                [(new BenchmarkJobs.Handler(), ClaimSize)],
                TimeSpan.FromMinutes(30),
                after,
                CancellationToken.None
            );
            double time = watch.Elapsed.TotalMilliseconds;
            if (taken.Count != ClaimSize)
                throw new InvalidOperationException($"A claim returned {taken.Count} jobs.");
            after = taken[^1].Lease.Org;
            if (i >= 0)
                times.Add(time);
        }
        times.Sort();
        double p95 = times[(int)(times.Count * 0.95)];
        return new Figure(
            Name,
            "claim_p95_ms",
            p95,
            "ms",
            20,
            false,
            times.Count,
            times[0],
            times[^1],
            $"claims of {ClaimSize} with {jobs} jobs of {Orgs} orgs waiting"
        );
    }

    async Task<Figure> PoisonAsync(MigratedTemplate template)
    {
        const int Jobs = 50;
        await using TestDatabase database = await template.CloneAsync();
        await BenchmarkJobs.InstallAsync(database);
        TestOrg org = await database.CreateOrgAsync("org");
        await BenchmarkJobs.EnqueueAsync(database, org, Jobs);
        using CallIntelWorker worker = Worker(database, new BenchmarkJobs.PoisonHandler());
        await worker.StartAsync(CancellationToken.None);
        await WaitForAsync(database, "select count(*) from callintel_private.jobs where died_at is not null", Jobs);
        await worker.StopAsync(CancellationToken.None);
        long wrong = await BenchmarkJobs.CountAsync(
            database,
            "select count(*) from callintel_private.jobs where died_at is null or attempts <> 5 or error is null"
        );
        return Figure.Create(
            Name,
            "poison_not_set_aside",
            [wrong],
            "count",
            0,
            false,
            $"of {Jobs} jobs that always fail, those that are not dead after exactly 5 attempts"
        );
    }

    static async Task WaitForAsync(TestDatabase database, string sql, long wanted)
    {
        Stopwatch watch = Stopwatch.StartNew();
        while (await BenchmarkJobs.CountAsync(database, sql) < wanted)
        {
            if (watch.Elapsed > TimeSpan.FromMinutes(3))
                throw new TimeoutException($"{sql}: fewer than {wanted} after {watch.Elapsed}.");
            await Task.Delay(5);
        }
    }
}
