using System.Text.Json;
using CallIntel.Sdk.Jobs;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using static CallIntel.Sdk.IntegrationTests.Encryption.KeyHarness;
using static CallIntel.Sdk.IntegrationTests.Jobs.TestJobs;

namespace CallIntel.Sdk.IntegrationTests.Jobs;

/// <summary>Tests that a job is not forgotten that is enqueued while a job with the same key is under way.</summary>
public sealed class JobRoundTests(ServerFixture server) : IAsyncLifetime
{
    const string Key = "key",
        FirstPayload = """{"step": 1}""";

    TestDatabase _database = null!;
    TestOrg _org = null!;

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _database = await server.Template.CloneAsync();
        await InstallAsync(_database);
        _org = await _database.CreateOrgAsync("rounds", Cancellation);
    }

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    [Theory]
    [InlineData("during step 1")]
    [InlineData("after step 1")]
    [InlineData("during step 2")]
    [InlineData("after step 2")]
    [InlineData("during step 3")]
    public async Task A_job_that_is_enqueued_again_at_any_time_of_its_steps_begins_again_after_the_last_one(
        string moment
    )
    {
        await EnqueueAsync(_org, Key, FirstPayload);
        Assert.Equal([1, 2, 3], await RoundAsync(moment));
        Assert.Equal(1, await CountAsync(_database));
        Assert.Equal([1, 2, 3], await RoundAsync("never"));
        Assert.Equal((0, 6), (await CountAsync(_database), await EffectsAsync(_database)));
    }

    [Fact]
    public async Task A_request_between_two_steps_does_not_wait_for_the_pause()
    {
        await EnqueueAsync(_org, Key, FirstPayload);
        await CommitAsync(await TakeOneAsync(), StepOf(1, TimeSpan.FromDays(1)));
        Assert.Empty(await TakeAsync(_database));
        await EnqueueAsync(_org, Key, FirstPayload);
        Assert.Equal(2, await StepAsync(await TakeOneAsync()));
    }

    [Fact]
    public async Task A_request_during_a_run_of_a_job_that_repeats_itself_does_not_wait_for_the_pause()
    {
        await EnqueueAsync(_org, Key);
        ClaimedJob running = await TakeOneAsync();
        await EnqueueAsync(_org, Key);
        await CommitAsync(running, JobCommit.Done.RunAgain(TimeSpan.FromDays(1)));
        await CommitAsync(await TakeOneAsync(), JobCommit.Done.RunAgain(TimeSpan.FromDays(1)));
        // one run for one request
        Assert.Empty(await TakeAsync(_database));
        Assert.Equal(1, await CountAsync(_database, "run_at > now() + interval '23 hours' and not begins_again"));
    }

    [Fact]
    public async Task A_request_during_a_step_that_fails_is_not_forgotten()
    {
        await EnqueueAsync(_org, Key, FirstPayload);
        await CommitAsync(await TakeOneAsync(), StepOf(1));
        ClaimedJob failing = await TakeOneAsync();
        await EnqueueAsync(_org, Key, FirstPayload);
        await Queue(_database).ReleaseAsync(failing.Lease, "CI0010", TimeSpan.Zero, Cancellation);
        // and the next worker is killed
        await TakeOneAsync();
        await EndLeasesAsync(_database);
        Assert.Equal([2, 3], await RoundAsync("never"));
        Assert.Equal([1, 2, 3], await RoundAsync("never"));
        Assert.Equal(0, await CountAsync(_database));
    }

    [Fact]
    public async Task A_dead_job_that_is_retried_while_a_newer_one_with_its_key_runs_lets_that_one_run_once_more()
    {
        JobId dead = await EnqueueAsync(_org, Key);
        await ExecuteAsync(_database, "update callintel_private.jobs set died_at = now()");
        JobId newer = await EnqueueAsync(_org, Key);
        ClaimedJob running = await TakeOneAsync();
        Assert.Equal(newer, running.Lease.Job);

        await using OrgSession admin = await _org.OpenSessionAsync(OrgRole.Admin, Cancellation);
        await admin.Jobs.RetryAsync(dead, Cancellation);
        Assert.Equal(1, await CountAsync(_database));
        await CommitAsync(running, JobCommit.Done);
        await CommitAsync(await TakeOneAsync(), JobCommit.Done);
        Assert.Equal(0, await CountAsync(_database));
    }

    [Fact]
    public async Task A_job_whose_deadline_passed_runs_when_it_is_retried()
    {
        JobId job = await EnqueueAsync(_org, deadline: TimeSpan.FromHours(-1));
        Assert.Empty(await TakeAsync(_database));
        await using OrgSession admin = await _org.OpenSessionAsync(OrgRole.Admin, Cancellation);
        await admin.Jobs.RetryAsync(job, Cancellation);
        Assert.Equal(job, (await TakeOneAsync()).Lease.Job);
    }

    /// <summary>Runs a job of three steps to its end, and enqueues it again at a moment.</summary>
    /// <returns>The steps that ran.</returns>
    async Task<List<int>> RoundAsync(string moment)
    {
        List<int> steps = [];
        do
        {
            ClaimedJob job = await TakeOneAsync();
            int step = await StepAsync(job);
            steps.Add(step);
            await EnqueueAtAsync($"during step {step}");
            await CommitAsync(job, StepOf(step));
            await EnqueueAtAsync($"after step {step}");
        } while (steps[^1] < 3);
        return steps;

        async Task EnqueueAtAsync(string present)
        {
            if (present == moment)
                await EnqueueAsync(_org, Key, FirstPayload);
        }
    }

    /// <summary>Returns what a step stores; the third one is the last.</summary>
    static JobCommit StepOf(int step, TimeSpan pause = default)
    {
        JobCommit commit = JobCommit.Done.Then(Effect, $"step {step}");
        return step == 3 ? commit : commit.RunAgain(pause, $$"""{"step": {{step + 1}}}""");
    }

    async Task<ClaimedJob> TakeOneAsync() => Assert.Single(await TakeAsync(_database));

    async Task<int> StepAsync(ClaimedJob job)
    {
        using JsonDocument payload = JsonDocument.Parse(
            await new JobContext(_database.DataSource.Database, job).ReadPayloadAsync(Cancellation)
        );
        return payload.RootElement.GetProperty("step").GetInt32();
    }

    Task CommitAsync(ClaimedJob job, JobCommit commit) => Queue(_database).CommitAsync([(job, commit)], Cancellation);
}
