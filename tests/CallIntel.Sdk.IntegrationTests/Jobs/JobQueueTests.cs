using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Jobs;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using Npgsql;
using static CallIntel.Sdk.IntegrationTests.Encryption.KeyHarness;
using static CallIntel.Sdk.IntegrationTests.Jobs.TestJobs;

namespace CallIntel.Sdk.IntegrationTests.Jobs;

/// <summary>The queue without a worker: turns, leases, fences, versions, deadlines, and the context of a job.</summary>
public sealed class JobQueueTests(ServerFixture server) : IAsyncLifetime
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
    public async Task Orgs_take_turns_however_many_jobs_one_of_them_has()
    {
        TestOrg[] orgs =
        [
            .. new[]
            {
                _org,
                await _database.CreateOrgAsync("b", Cancellation),
                await _database.CreateOrgAsync("c", Cancellation),
            }.OrderBy(o => o.Id.Value.ToString(), StringComparer.Ordinal),
        ];
        foreach (int _ in Enumerable.Range(0, 40))
            await EnqueueAsync(orgs[1]);
        await EnqueueAsync(orgs[0]);
        await EnqueueAsync(orgs[2]);

        List<ClaimedJob> taken = await TakeAsync(_database, 10);
        Assert.Equal(orgs.Select(o => o.Id), taken.Take(3).Select(t => t.Lease.Org));
        Assert.Equal(10, taken.Count);
        Assert.All(taken.Skip(3), t => Assert.Equal(orgs[1].Id, t.Lease.Org));

        // the next org in turn is the one after the last
        await EnqueueAsync(orgs[0]);
        await EnqueueAsync(orgs[2]);
        Assert.Equal(
            [orgs[2].Id, orgs[0].Id, orgs[1].Id],
            (await TakeAsync(_database, 3, orgs[1].Id)).Select(t => t.Lease.Org)
        );
        Assert.Equal(31, (await TakeAsync(_database, 100)).Count);
        Assert.Empty(await TakeAsync(_database, 100));
    }

    [Fact]
    public async Task A_worker_that_lost_its_lease_can_neither_store_an_effect_nor_end_the_job()
    {
        await EnqueueAsync(_org);
        ClaimedJob stalled = Assert.Single(await TakeAsync(_database));
        Assert.Empty(await TakeAsync(_database));
        await EndLeasesAsync(_database);
        ClaimedJob second = Assert.Single(await TakeAsync(_database));
        Assert.Equal(
            (stalled.Lease.Job, stalled.Lease.Fence + 1, 2),
            (second.Lease.Job, second.Lease.Fence, second.Attempt)
        );

        JobQueue queue = Queue(_database);
        JobCommit effect = JobCommit.Done.Then(Effect, "stalled");
        await RefusedAsync(ErrorCodes.JobNotHeld, () => queue.CommitAsync([(stalled, effect)], Cancellation));
        await RefusedAsync(ErrorCodes.JobNotHeld, () => queue.CommitAsync([(stalled, JobCommit.Done)], Cancellation));
        await RefusedAsync(ErrorCodes.JobNotHeld, () =>
            new JobContext(_database.DataSource.Database, stalled).ReadPayloadAsync(Cancellation)
        );
        Assert.Equal([second.Lease.Job.Value], await KeptAsync(second.Lease, stalled.Lease));
        await queue.ReleaseAsync(stalled.Lease, "CI0010", TimeSpan.Zero, Cancellation);
        Assert.Equal(1, await CountAsync(_database, "worker is not null"));

        await queue.CommitAsync([(second, effect)], Cancellation);
        Assert.Equal((1, 0), (await EffectsAsync(_database), await CountAsync(_database)));
        await RefusedAsync(ErrorCodes.JobNotHeld, () => queue.CommitAsync([(second, effect)], Cancellation));
        Assert.Equal(1, await EffectsAsync(_database));
    }

    [Fact]
    public async Task A_job_that_ends_its_worker_is_set_aside_after_its_attempts()
    {
        await EnqueueAsync(_org);
        for (int i = 0; i < 3; i++)
        {
            Assert.Single(await TakeAsync(_database));
            await EndLeasesAsync(_database);
        }
        Assert.Empty(await TakeAsync(_database));
        Assert.Equal(1, await CountAsync(_database, "died_at is not null and error = 'crashed' and attempts = 4"));
    }

    [Fact]
    public async Task A_job_is_not_started_after_its_deadline_and_not_by_a_worker_that_is_too_old_for_it()
    {
        await EnqueueAsync(_org, deadline: TimeSpan.FromHours(-1));
        await EnqueueAsync(_org, deadline: TimeSpan.FromHours(1));
        ClaimedJob inTime = Assert.Single(await TakeAsync(_database, 10));
        Assert.NotNull(inTime.Deadline);
        Assert.Equal(1, await CountAsync(_database, "died_at is not null and error = 'deadline'"));

        await ExecuteAsync(_database, "update callintel_private.job_kinds set version = 2 where kind = 'host_test'");
        JobId newer = await EnqueueAsync(_org);
        Assert.Empty(await TakeAsync(_database, 10));
        List<ClaimedJob> taken = await Queue(_database)
            .TakeAsync([(new TestHandler(version: 2), 10)], TimeSpan.FromMinutes(1), null, Cancellation);
        Assert.Equal((newer, 2), (taken.Single().Lease.Job, taken.Single().Version));
    }

    [Fact]
    public async Task The_context_of_a_job_has_the_permissions_of_its_kind_and_no_member()
    {
        await EnqueueAsync(_org);
        JobContext job = new(_database.DataSource.Database, Assert.Single(await TakeAsync(_database)));
        await using OrgSession session = _database.DataSource.OpenSession(job);
        Assert.Equal(
            (_org.Id.Value, Guid.Empty, (long)Permission.ReadDashboards),
            await session
                .QueryAsync(
                    "select callintel.current_org(), callintel.current_member(), callintel.current_permissions()",
                    row => (row.GetGuid(0), row.GetGuid(1), row.GetInt64(2)),
                    cancellationToken: Cancellation
                )
                .SingleAsync(Cancellation)
        );
        await RefusedAsync(ErrorCodes.NotAllowed, () => session.Privacy.RemoveAsync(new(NewId()), Cancellation));
        await RefusedAsync(ErrorCodes.NotAllowed, async () =>
            await session.Jobs.ListAsync(Cancellation).ToListAsync(Cancellation)
        );
        await Assert.ThrowsAsync<PostgresException>(() =>
            ExecuteAsync(
                _database,
                "insert into callintel_private.org_roles (org_id, member_id, role) values ($1, $2, 50)",
                _org.Id.Value,
                Guid.Empty
            )
        );
    }

    [Fact]
    public async Task Only_admins_of_the_org_see_its_jobs_and_change_them()
    {
        JobId job = await EnqueueAsync(_org);
        TestOrg other = await _database.CreateOrgAsync("other", Cancellation);
        await using OrgSession foreign = await other.OpenSessionAsync(OrgRole.Owner, Cancellation);
        Assert.Empty(await foreign.Jobs.ListAsync(Cancellation).ToListAsync(Cancellation));
        Assert.False(await foreign.Jobs.DropAsync(job, Cancellation));
        await RefusedAsync(ErrorCodes.JobNotFound, () => foreign.Jobs.RetryAsync(job, Cancellation));
        foreach (OrgRole role in Enum.GetValues<OrgRole>().Where(r => r < OrgRole.Admin))
        {
            await using OrgSession session = await _org.OpenSessionAsync(role, Cancellation);
            await RefusedAsync(ErrorCodes.NotAllowed, async () =>
                await session.Jobs.ListAsync(Cancellation).ToListAsync(Cancellation)
            );
            await RefusedAsync(ErrorCodes.NotAllowed, () => session.Jobs.DropAsync(job, Cancellation));
            await RefusedAsync(ErrorCodes.NotAllowed, () => session.Jobs.RetryAsync(job, Cancellation));
        }
        Assert.Equal(1, await CountAsync(_database));
    }

    [Fact]
    public async Task Statistics_count_the_jobs_of_all_orgs_by_kind()
    {
        await EnqueueAsync(_org, deadline: TimeSpan.FromHours(-1));
        await TakeAsync(_database);
        await EnqueueAsync(_org);
        await EnqueueAsync(await _database.CreateOrgAsync("other", Cancellation));
        await TakeAsync(_database);
        JobStatistics test = (await Queue(_database).CountAsync(Cancellation)).Single(s => s.Kind == Kind);
        Assert.Equal((1, 1, 1, 1), (test.Waiting, test.Due, test.Running, test.Dead));
        Assert.NotNull(test.OldestDue);
    }

    [Theory]
    [InlineData(0, 60)]
    [InlineData(1001, 60)]
    [InlineData(1, 0)]
    [InlineData(1, 4000)]
    public async Task Requests_out_of_range_are_refused(int limit, int seconds) =>
        await RefusedAsync(ErrorCodes.InvalidJobRequest, () =>
            Queue(_database).TakeAsync([(new TestHandler(), limit)], TimeSpan.FromSeconds(seconds), null, Cancellation)
        );

    [Fact]
    public async Task The_token_of_a_session_takes_no_jobs_and_the_token_of_a_worker_opens_no_session()
    {
        await EnqueueAsync(_org);
        ClaimedJob held = Assert.Single(await TakeAsync(_database));
        CallIntelDataSource source = _database.DataSource;
        NpgsqlParameter Worker(JobLease lease) =>
            new NpgsqlParameter<byte[]> { TypedValue = lease.Token(source.Database) };
        NpgsqlParameter session = source.Database.TokenParameter(_org.As(OrgRole.Owner));
        const string Take = "select 1 from callintel.take_jobs($1, 'w', '{host_test}', '{1}', '{1}', '1 minute')";
        const string Begin = "select callintel.begin_session($1)";

        await CallAsync(ErrorCodes.TokenRefused, Take, session);
        await CallAsync(ErrorCodes.TokenRefused, "select callintel.complete_job($1)", session.Clone());
        await CallAsync(ErrorCodes.TokenRefused, "select callintel.read_job_payload($1)", session.Clone());
        // a worker without a job, and one with somebody else's
        await CallAsync(ErrorCodes.JobNotHeld, Begin, Worker(JobLease.None));
        TestOrg other = await _database.CreateOrgAsync("other", Cancellation);
        await CallAsync(ErrorCodes.JobNotHeld, Begin, Worker(held.Lease with { Org = other.Id }));
        await CallAsync(ErrorCodes.JobNotHeld, Begin, Worker(held.Lease with { Fence = held.Lease.Fence + 1 }));
        // the holder of one job takes no others
        await CallAsync(ErrorCodes.TokenRefused, Take, Worker(held.Lease));

        async Task CallAsync(string code, string sql, object token) =>
            await RefusedAsync(code, () =>
                source.Database.CallAsync(
                    new NpgsqlBatchCommand(sql) { Parameters = { (NpgsqlParameter)token } },
                    Cancellation
                )
            );
    }

    [Fact]
    public async Task A_kind_that_no_migration_added_cannot_be_enqueued()
    {
        await ExecuteAsync(_database, "delete from callintel_private.job_kinds where kind = 'host_test'");
        await RefusedAsync(ErrorCodes.UnknownJobKind, () => EnqueueAsync(_org));
    }

    async Task<Guid[]> KeptAsync(params JobLease[] leases) =>
        await Queue(_database).KeepAsync(leases, TimeSpan.FromMinutes(1), Cancellation);
}
