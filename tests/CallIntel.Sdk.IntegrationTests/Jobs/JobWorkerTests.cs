using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Ingestion;
using CallIntel.Sdk.IntegrationTests.Ingestion;
using CallIntel.Sdk.Jobs;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using static CallIntel.Sdk.IntegrationTests.Encryption.KeyHarness;
using static CallIntel.Sdk.IntegrationTests.Jobs.TestJobs;

namespace CallIntel.Sdk.IntegrationTests.Jobs;

/// <summary>Workers that run jobs of several orgs, with an effect in the database for each job.</summary>
public sealed class JobWorkerTests(ServerFixture server) : IAsyncLifetime
{
    TestDatabase _database = null!;
    TestOrg _org = null!;

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _database = await server.Template.CloneAsync();
        await InstallAsync(_database);
        _org = await _database.CreateOrgAsync("jobs", Cancellation);
    }

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    [Fact]
    public async Task Every_job_of_every_org_has_its_effect_once()
    {
        TestOrg other = await _database.CreateOrgAsync("other", Cancellation);
        foreach (int _ in Enumerable.Range(0, 30))
        {
            await EnqueueAsync(_org);
            await EnqueueAsync(other);
        }
        TestHandler first = new(),
            second = new();
        using (CallIntelWorker another = Worker(_database, second))
        {
            await another.StartAsync(Cancellation);
            await RunUntilDoneAsync(_database, first);
            await another.StopAsync(Cancellation);
        }

        Assert.Equal(
            (30, 30, 0),
            (await EffectsAsync(_database, _org), await EffectsAsync(_database, other), await CountAsync(_database))
        );
        Assert.Equal(60, first.Prepared.Concat(second.Prepared).Distinct().Count());
    }

    [Fact]
    public async Task A_worker_that_is_disposed_while_a_job_runs_ends_without_an_error()
    {
        TaskCompletionSource started = new(TaskCreationOptions.RunContinuationsAsynchronously),
            released = new(TaskCreationOptions.RunContinuationsAsynchronously);
        CallIntelWorker worker = Worker(
            _database,
            new TestHandler(
                async (_, _) =>
                {
                    started.SetResult();
                    await released.Task;
                    throw new CallIntelException("CI9999", "The job fails.", "None.");
                }
            )
        );
        await EnqueueAsync(_org);
        await worker.StartAsync(Cancellation);
        await started.Task.WaitAsync(Cancellation);
        Task running = worker.ExecuteTask!;
        worker.Dispose();
        released.SetResult();
        await running.WaitAsync(Cancellation);
    }

    [Fact]
    public async Task A_failing_job_is_retried_and_then_set_aside_with_its_code_until_somebody_retries_it()
    {
        JobId job = await EnqueueAsync(_org);
        TestHandler failing = new((_, _) => throw new CallIntelException("CI9999", "Secret of Anna", "None."));
        await RunUntilDoneAsync(_database, failing);
        Assert.Equal([(job, 1), (job, 2), (job, 3)], failing.Prepared);

        await using OrgSession admin = await _org.OpenSessionAsync(OrgRole.Admin, Cancellation);
        JobInfo dead = Assert.Single(await admin.Jobs.ListAsync(Cancellation).ToListAsync(Cancellation));
        Assert.Equal(
            (job, Kind, 1, JobState.Dead, 3, "CI9999", _org.Members[OrgRole.Owner]),
            (dead.Id, dead.Kind, dead.Version, dead.State, dead.Attempts, dead.Error, dead.RequestedBy)
        );

        await admin.Jobs.RetryAsync(job, Cancellation);
        await RunUntilDoneAsync(_database, new TestHandler());
        Assert.Equal((1, 0), (await EffectsAsync(_database), await CountAsync(_database)));
        await RefusedAsync(ErrorCodes.JobNotFound, () => admin.Jobs.RetryAsync(job, Cancellation));
    }

    [Fact]
    public async Task The_health_check_reports_dead_jobs_and_jobs_that_nobody_takes()
    {
        Assert.Equal(HealthStatus.Healthy, await HealthAsync(TimeSpan.FromHours(1)));
        await EnqueueAsync(_org);
        Assert.Equal(HealthStatus.Healthy, await HealthAsync(TimeSpan.FromHours(1)));
        Assert.Equal(HealthStatus.Degraded, await HealthAsync(TimeSpan.Zero));
        await ExecuteAsync(_database, "update callintel_private.jobs set died_at = now()");
        Assert.Equal(HealthStatus.Degraded, await HealthAsync(TimeSpan.FromHours(1)));
        await ExecuteAsync(_database, "delete from callintel_private.jobs");
        Assert.Equal(HealthStatus.Healthy, await HealthAsync(TimeSpan.Zero));

        async Task<HealthStatus> HealthAsync(TimeSpan patience)
        {
            JobHealthCheck check = new(_database.DataSource) { Patience = patience };
            HealthCheckContext context = new()
            {
                Registration = new HealthCheckRegistration("jobs", check, HealthStatus.Unhealthy, []),
            };
            return (await check.CheckHealthAsync(context, Cancellation)).Status;
        }
    }

    [Fact]
    public async Task A_job_whose_commit_fails_stores_nothing_and_does_not_harm_the_others()
    {
        JobId bad = await EnqueueAsync(_org, payload: """{"bad": true}""");
        foreach (int _ in Enumerable.Range(0, 10))
            await EnqueueAsync(_org);
        await RunUntilDoneAsync(
            _database,
            new TestHandler(
                async (job, cancellation) =>
                {
                    JobCommit commit = JobCommit.Done.Then(Effect, job.Id.ToString());
                    return (await job.ReadPayloadAsync(cancellation)).Contains("bad", StringComparison.Ordinal)
                        ? commit.Then("select 1 / $1", 0)
                        : commit;
                }
            )
        );
        Assert.Equal(10, await EffectsAsync(_database));
        Assert.Equal(1, await CountAsync(_database, $"job_id = '{bad}' and died_at is not null and error = 'CI0019'"));
    }

    [Fact]
    public async Task A_worker_that_stops_gives_its_job_back_without_counting_the_attempt()
    {
        JobId job = await EnqueueAsync(_org);
        TaskCompletionSource started = new(TaskCreationOptions.RunContinuationsAsynchronously);
        using CallIntelWorker worker = new(
            _database.DataSource,
            [
                new TestHandler(
                    async (_, cancellation) =>
                    {
                        started.SetResult();
                        await Task.Delay(Timeout.Infinite, cancellation);
                        return JobCommit.Done;
                    }
                ),
            ],
            new JobWorkerOptions { StopPatience = TimeSpan.Zero }
        );
        await worker.StartAsync(Cancellation);
        await started.Task.WaitAsync(Cancellation);
        await worker.StopAsync(Cancellation);

        Assert.Equal(1, await CountAsync(_database, "attempts = 0 and worker is null and run_at <= now()"));
        Assert.Equal(job, Assert.Single(await TakeAsync(_database)).Lease.Job);
    }

    [Fact]
    public async Task A_dropped_job_stores_nothing_even_if_it_is_running()
    {
        JobId job = await EnqueueAsync(_org);
        await using OrgSession admin = await _org.OpenSessionAsync(OrgRole.Admin, Cancellation);
        await RunUntilDoneAsync(
            _database,
            new TestHandler(
                async (running, cancellation) =>
                {
                    Assert.True(await admin.Jobs.DropAsync(job, cancellation));
                    return JobCommit.Done.Then(Effect, running.Id.ToString());
                }
            )
        );
        Assert.Equal(0, await EffectsAsync(_database));
        Assert.False(await admin.Jobs.DropAsync(job, Cancellation));
    }

    [Fact]
    public async Task A_job_can_go_on_in_steps()
    {
        await EnqueueAsync(_org, payload: """{"left": 3}""");
        TestHandler steps = new(
            async (job, cancellation) =>
            {
                int left = System
                    .Text.Json.JsonDocument.Parse(await job.ReadPayloadAsync(cancellation))
                    .RootElement.GetProperty("left")
                    .GetInt32();
                JobCommit commit = JobCommit.Done.Then(Effect, $"step {left}");
                return left == 1 ? commit : commit.RunAgain(TimeSpan.Zero, $$"""{"left": {{left - 1}}}""");
            }
        );
        await RunUntilDoneAsync(_database, steps);
        Assert.Equal(3, await EffectsAsync(_database));
        Assert.All(steps.Prepared, p => Assert.Equal(1, p.Attempt));
    }

    [Fact]
    public async Task A_job_that_is_enqueued_again_while_it_runs_runs_once_more()
    {
        JobId job = await EnqueueAsync(_org, "key");
        Assert.Equal(job, await EnqueueAsync(_org, "key"));
        Assert.NotEqual(job, await EnqueueAsync(_org, "another key"));
        int rounds = 0;
        TestHandler handler = new(
            async (running, _) =>
            {
                if (running.Id == job && Interlocked.Increment(ref rounds) == 1)
                    Assert.Equal(job, await EnqueueAsync(_org, "key"));
                return JobCommit.Done.Then(Effect, running.Id.ToString());
            }
        );
        await RunUntilDoneAsync(_database, handler);
        Assert.Equal((2, 3), (rounds, await EffectsAsync(_database)));
    }

    [Fact]
    public async Task The_keys_and_the_number_index_of_an_org_are_rotated_by_a_worker()
    {
        await using OrgSession owner = await _org.OpenSessionAsync(OrgRole.Owner, Cancellation);
        await owner.Ingestion.IngestAsync(
            new IngestSource("test", "test"),
            GeneratedRecords.Async(GeneratedRecords.Take(50)),
            cancellationToken: Cancellation
        );
        JobId rotation = await owner.Keys.EnqueueRotationAsync(Cancellation);
        Assert.Equal(rotation, await owner.Keys.EnqueueRotationAsync(Cancellation));
        await owner.Keys.EnqueueBlindIndexRotationAsync(Cancellation);
        await RunUntilDoneAsync(_database);

        Assert.Equal(0, await CountAsync(_database));
        Assert.Equal([1], await owner.Keys.DestroyOldEpochsAsync(Cancellation));
        Assert.Equal([1], await owner.Keys.DestroyOldBlindIndexesAsync(Cancellation));
        await using OrgSession admin = await _org.OpenSessionAsync(OrgRole.Admin, Cancellation);
        await RefusedAsync(ErrorCodes.NotAllowed, () => admin.Keys.EnqueueRotationAsync(Cancellation));
        await RefusedAsync(ErrorCodes.NotAllowed, () => admin.Keys.EnqueueBlindIndexRotationAsync(Cancellation));
    }
}
