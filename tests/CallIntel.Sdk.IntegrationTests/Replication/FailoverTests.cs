using CallIntel.Sdk.ChangeFeed;
using CallIntel.Sdk.Crypto.Envelope;
using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion;
using CallIntel.Sdk.IntegrationTests.ChangeFeed;
using CallIntel.Sdk.Jobs;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using static CallIntel.Sdk.IntegrationTests.Encryption.KeyHarness;
using static CallIntel.Sdk.IntegrationTests.Jobs.TestJobs;

namespace CallIntel.Sdk.IntegrationTests.Replication;

/// <summary>
/// Tests an application whose primary is replaced by a promoted standby, which may lack the last transactions.
/// </summary>
public sealed class FailoverTests : IAsyncLifetime
{
    const string Alice = "+4532123456",
        Bob = "+4520000001";

    ReplicatedServers _servers = null!;

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _servers = await ReplicatedServers.StartAsync();

    public ValueTask DisposeAsync() => _servers.DisposeAsync();

    [Fact]
    public async Task A_promoted_standby_begins_a_new_generation_of_the_feed()
    {
        FeedOrg org = await FeedOrg.CreateAsync(_servers.Database, "feed");
        await org.WriteAsync(org.Sms("1"));
        ChangeCursor before = await org.PositionAsync();
        await _servers.CatchUpAsync();
        await using CallIntelDataSource application = _servers.CreateDataSource(_servers.BothConnectionString);
        await using OrgSession session = await application.OpenSessionAsync(org.Org.As(OrgRole.Owner), Cancellation);
        Assert.Empty((await ChangePage.ReadAsync(session.Transport, before, Cancellation)).Entries);
        await _servers.DisconnectAsync();
        // its number is given to another transaction after the failover
        await org.WriteAsync(org.Sms("lost"));

        await _servers.FailOverAsync();
        ChangePage page = await ReplicatedServers.RepeatAsync(() =>
            ChangePage.ReadAsync(session.Transport, before, Cancellation)
        );
        ChangeEntry resync = Assert.Single(page.Entries);
        Assert.Equal(ChangeKind.Resync, resync.Kind);
        Assert.True(resync.Cursor.Generation > before.Generation);

        await session.Ingestion.WriteAsync(FeedOrg.Source, [org.Sms("2")], Cancellation);
        await foreach (ChangeEntry entry in session.Changes.ReadAsync(resync.Cursor, Cancellation))
        {
            Assert.Equal((ChangeKind.Inserted, resync.Cursor.Generation), (entry.Kind, entry.Cursor.Generation));
            break;
        }
    }

    [Fact]
    public async Task Contacts_and_keys_that_the_failover_lost_are_created_again()
    {
        TestOrg org = await _servers.Database.CreateOrgAsync("keys", Cancellation);
        await using CallIntelDataSource application = _servers.CreateDataSource(_servers.BothConnectionString);
        await using OrgSession session = await application.OpenSessionAsync(org.As(OrgRole.Owner), Cancellation);
        await WriteAsync("1", Alice);
        await _servers.CatchUpAsync();
        await _servers.DisconnectAsync();
        await WriteAsync("2", Bob);
        await WriteAsync("3", Alice);

        await _servers.FailOverAsync();
        // the process still has Bob's contact and key in memory
        await WriteAsync("4", Bob);
        await WriteAsync("5", Alice);

        Dictionary<string, ConversationEvent> events = await session
            .Events.ReadAsync(EventFilter.All.ForPurpose(AccessPurpose.Quality).WithContent(), Cancellation)
            .ToDictionaryAsync(e => e.ExternalId!, cancellationToken: Cancellation);
        Assert.Equal(["1", "4", "5"], events.Keys.Order(StringComparer.Ordinal));
        Assert.All(events, e =>
            Assert.Equal((e.Key, DecryptResult.Ok), (e.Value.Content!.Body, e.Value.Content.Status))
        );
        Assert.Equal(
            await session.Contacts.FindByNumberAsync(Bob, cancellationToken: Cancellation),
            events["4"].Contact
        );
        Assert.Equal(
            [Bob],
            (await session.Contacts.ListNumbersAsync(events["4"].Contact!.Value, Cancellation)).Select(n => n.Value)
        );
        Assert.Equal(events["1"].Contact, events["5"].Contact);
        // a sender that delivers its records again closes the gap
        await WriteAsync("2", Bob);
        await WriteAsync("3", Alice);
        Assert.Equal(5, await session.Events.ReadAsync(EventFilter.All, Cancellation).CountAsync(Cancellation));

        async Task WriteAsync(string id, string party)
        {
            IngestReport report = await ReplicatedServers.RepeatAsync(() =>
                session.Ingestion.WriteAsync(new IngestSource("hook"), [Message(id, party)], Cancellation)
            );
            Assert.Equal(1, report.Inserted);
        }
    }

    [Fact]
    public async Task A_job_whose_lease_or_end_the_failover_lost_has_its_effect_once()
    {
        await InstallAsync(_servers.Database);
        TestOrg org = await _servers.Database.CreateOrgAsync("jobs", Cancellation);
        foreach (int _ in Enumerable.Range(0, 3))
            await EnqueueAsync(org);
        await _servers.CatchUpAsync();
        await _servers.DisconnectAsync();
        await using CallIntelDataSource before = _servers.CreateDataSource(_servers.BothConnectionString),
            after = _servers.CreateDataSource(_servers.StandbyConnectionString);
        await CheckAsync(before);
        JobQueue former = new(before.Database, "before");
        List<ClaimedJob> held = await TakeThreeAsync(former);
        // the end of one job is lost, and the leases of the others
        await former.CommitAsync([(held[0], EffectOf(held[0]))], Cancellation);
        await _servers.FailOverAsync();
        Assert.Equal(0, await EffectsAsync());

        JobQueue newer = new(after.Database, "after");
        await CheckAsync(after);
        List<ClaimedJob> taken = await TakeThreeAsync(newer);
        Assert.Equal(held.Select(j => j.Lease.Job).ToHashSet(), taken.Select(j => j.Lease.Job).ToHashSet());
        // Both workers hold the second job under the same number. The first one to end it wins.
        Assert.Contains(held[1].Lease, taken.Select(j => j.Lease));
        await ReplicatedServers.RepeatAsync(async () =>
        {
            await former.CommitAsync([(held[1], EffectOf(held[1]))], Cancellation);
            return true;
        });
        foreach (ClaimedJob job in taken)
            if (job.Lease == held[1].Lease)
                await RefusedAsync(ErrorCodes.JobNotHeld, () =>
                    newer.CommitAsync([(job, EffectOf(job))], Cancellation)
                );
            else
                await newer.CommitAsync([(job, EffectOf(job))], Cancellation);
        await RefusedAsync(ErrorCodes.JobNotHeld, () =>
            former.CommitAsync([(held[2], EffectOf(held[2]))], Cancellation)
        );
        Assert.Equal((3, 3), (await EffectsAsync(), await EffectsAsync("distinct name")));
        Assert.Equal(0, await _servers.OnStandbyAsync<long>("select count(*) from callintel_private.jobs"));

        static Task<List<ClaimedJob>> TakeThreeAsync(JobQueue queue) =>
            queue.TakeAsync([(new TestHandler(), 3)], TimeSpan.FromMinutes(10), null, Cancellation);
    }

    [Fact]
    public async Task A_worker_goes_on_after_a_failover_and_no_job_is_lost_or_done_twice()
    {
        const int Jobs = 60;
        await InstallAsync(_servers.Database, maxAttempts: 1000);
        TestOrg org = await _servers.Database.CreateOrgAsync("worker", Cancellation);
        foreach (int _ in Enumerable.Range(0, Jobs))
            await EnqueueAsync(org);
        await _servers.CatchUpAsync();
        await using CallIntelDataSource application = _servers.CreateDataSource(_servers.BothConnectionString);
        TaskCompletionSource some = new(TaskCreationOptions.RunContinuationsAsynchronously),
            failedOver = new(TaskCreationOptions.RunContinuationsAsynchronously);
        int prepared = 0;
        TestHandler handler = new(
            async (job, cancellation) =>
            {
                // half of the jobs are under way when the primary stops
                if (Interlocked.Increment(ref prepared) > Jobs / 2)
                {
                    some.TrySetResult();
                    await failedOver.Task.WaitAsync(cancellation);
                }
                return JobCommit.Done.Then(Effect, job.Id.ToString());
            }
        );
        using CallIntelWorker worker = new(
            application,
            [handler],
            new JobWorkerOptions
            {
                Lease = TimeSpan.FromSeconds(3),
                PollInterval = TimeSpan.FromMilliseconds(20),
                FirstRetryDelay = TimeSpan.FromMilliseconds(1),
                LongestRetryDelay = TimeSpan.FromMilliseconds(10),
            }
        );
        await worker.StartAsync(Cancellation);
        await some.Task.WaitAsync(Cancellation);
        await _servers.FailOverAsync();
        failedOver.SetResult();
        while (await _servers.OnStandbyAsync<long>("select count(*) from callintel_private.jobs") > 0)
            await Task.Delay(50, Cancellation);
        await worker.StopAsync(Cancellation);
        Assert.Equal((Jobs, Jobs), (await EffectsAsync(), await EffectsAsync("distinct name")));
    }

    static JobCommit EffectOf(ClaimedJob job) => JobCommit.Done.Then(Effect, job.Lease.Job.ToString());

    static async Task CheckAsync(CallIntelDataSource source) => await source.EnsureCheckedAsync(Cancellation);

    Task<long> EffectsAsync(string what = "*") =>
        _servers.OnStandbyAsync<long>($"select count({what}) from host.effects");

    static EventRecord Message(string id, string party) =>
        new()
        {
            OccurredAt = FeedOrg.Noon,
            Channel = EventChannel.Sms,
            Direction = EventDirection.Outbound,
            Outcome = EventOutcome.Sent,
            Party = party,
            ExternalId = id,
            Body = id,
        };
}
