using System.Net.ServerSentEvents;
using CallIntel.Sdk.ChangeFeed;
using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Privacy;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;

namespace CallIntel.Sdk.IntegrationTests.ChangeFeed;

/// <summary>Tests subscribers that share a reader: what they receive, and when they stop to receive it.</summary>
public sealed class SharedReaderTests(DatabaseFixture fixture) : IClassFixture<DatabaseFixture>
{
    const string Alice = "+4532123456";
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Subscribers_with_the_same_audience_share_one_reader_and_receive_every_entry()
    {
        FeedOrg org = await FeedOrg.CreateAsync(fixture.Database, "shared");
        await using CallIntelDataSource source = fixture.Database.CreateDataSource();
        ChangeCursor start = await org.PositionAsync();
        List<Subscriber> subscribers = [];
        for (int n = 0; n < 20; n++)
            subscribers.Add(await Subscriber.StartAsync(source, org.Org.As(OrgRole.Analyst), start));
        subscribers.Add(await Subscriber.StartAsync(source, org.Org.As(OrgRole.Admin), start));
        subscribers.Add(await Subscriber.StartAsync(source, org.Org.As(OrgRole.Member), start));
        for (int n = 0; n < 30; n++)
            await org.WriteAsync(org.Sms($"{n}"));
        foreach (Subscriber subscriber in subscribers)
        {
            IReadOnlyList<ChangeEntry> entries = await subscriber.TakeAsync(30);
            Assert.Equal(30, entries.Select(e => e.Cursor).Distinct().Count());
            Assert.Equal(entries.Select(e => e.Cursor.Transaction).Order(), entries.Select(e => e.Cursor.Transaction));
        }
        // all events, own events, and all events with those of restricted contacts
        Assert.Equal(3, source.Changes.ReaderCount);
        foreach (Subscriber subscriber in subscribers)
            await subscriber.DisposeAsync();
        Assert.Equal(0, source.Changes.ReaderCount);
    }

    [Fact]
    public async Task A_write_of_the_same_process_is_read_without_waiting_for_the_interval()
    {
        FeedOrg org = await FeedOrg.CreateAsync(fixture.Database, "signal");
        ChangeCursor start = await org.PositionAsync();
        TimeProvider clock = TimeProvider.System;
        await using CallIntelDataSource source = fixture.Database.CreateDataSource(options =>
            options.ChangeFeed.PollInterval = TimeSpan.FromMinutes(1)
        );
        await using Subscriber subscriber = await Subscriber.StartAsync(source, org.Org.As(OrgRole.Owner), start);
        await using OrgSession owner = await source.OpenSessionAsync(org.Org.As(OrgRole.Owner), Cancellation);
        for (int n = 0; n < 5; n++)
        {
            long written = clock.GetTimestamp();
            await owner.Ingestion.WriteAsync(FeedOrg.Source, [org.Sms($"{n}")], Cancellation);
            await subscriber.TakeAsync(1);
            Assert.True(clock.GetElapsedTime(written) < TimeSpan.FromSeconds(50));
        }
    }

    [Fact]
    public async Task A_subscriber_that_is_too_slow_receives_a_resync_and_then_new_entries()
    {
        FeedOrg org = await FeedOrg.CreateAsync(fixture.Database, "slow");
        await using CallIntelDataSource source = fixture.Database.CreateDataSource(options =>
            options.ChangeFeed.BufferedEntries = 2
        );
        ChangeCursor start = await org.PositionAsync();
        await using Subscriber quick = await Subscriber.StartAsync(source, org.Org.As(OrgRole.Owner), start),
            slow = await Subscriber.StartAsync(source, org.Org.As(OrgRole.Owner), start);
        // both have begun to receive
        await org.WriteAsync(org.Sms("first"));
        Assert.Equal(ChangeKind.Inserted, (await quick.TakeAsync(1))[0].Kind);
        Assert.Equal(ChangeKind.Inserted, (await slow.TakeAsync(1))[0].Kind);
        for (int n = 0; n < 20; n++)
        {
            await org.WriteAsync(org.Sms($"{n}"));
            await quick.TakeAsync(1);
        }
        List<ChangeKind> kinds = [];
        do kinds.Add((await slow.TakeAsync(1))[0].Kind);
        while (kinds[^1] is not ChangeKind.Resync);
        Assert.InRange(kinds.Count, 1, 4);
        await org.WriteAsync(org.Sms("last"));
        Assert.Equal(ChangeKind.Inserted, (await slow.TakeAsync(1))[0].Kind);
    }

    [Fact]
    public async Task A_member_without_a_role_receives_nothing_more_and_others_go_on()
    {
        FeedOrg org = await FeedOrg.CreateAsync(fixture.Database, "revoked");
        await using CallIntelDataSource source = fixture.Database.CreateDataSource();
        ChangeCursor start = await org.PositionAsync();
        MemberId second = new(Guid.CreateVersion7(TimeProvider.System.GetUtcNow()));
        await using OrgSession owner = await org.OpenAsync(OrgRole.Owner);
        await owner.Members.SetRoleAsync(second, OrgRole.Analyst, Cancellation);
        // the first one reads for both
        await using Subscriber revoked = await Subscriber.StartAsync(source, org.Org.As(OrgRole.Analyst), start),
            other = await Subscriber.StartAsync(source, new OrgIdentity(org.Org.Id, second), start);
        await org.WriteAsync(org.Sms("1"));
        await revoked.TakeUntilAsync(ChangeKind.Inserted);
        await other.TakeUntilAsync(ChangeKind.Inserted);
        await owner.Members.RevokeAsync(org.Org.Members[OrgRole.Analyst], Cancellation);
        await org.WriteAsync(org.Sms("2"));
        CallIntelException refused = await Assert.ThrowsAsync<CallIntelException>(() =>
            revoked.TakeUntilAsync(ChangeKind.Inserted)
        );
        Assert.Equal("CI0004", refused.Code);
        await other.TakeUntilAsync(ChangeKind.Inserted);
    }

    [Fact]
    public async Task A_subscriber_who_may_see_more_or_less_receives_what_the_new_rights_allow()
    {
        FeedOrg org = await FeedOrg.CreateAsync(fixture.Database, "promoted");
        await org.WriteAsync(org.Sms("1"));
        ContactId alice = await org.FindAsync(Alice);
        await PrivacyRules.SetAsync(org.Org, alice, 2, Cancellation);
        ChangeCursor start = await org.PositionAsync();
        await using CallIntelDataSource source = fixture.Database.CreateDataSource();
        await using Subscriber analyst = await Subscriber.StartAsync(source, org.Org.As(OrgRole.Analyst), start),
            viewer = await Subscriber.StartAsync(source, org.Org.As(OrgRole.Viewer), start);
        await using OrgSession owner = await org.OpenAsync(OrgRole.Owner);

        await owner.Privacy.SetAsync(
            alice,
            new PrivacyRule { Level = PrivacyLevel.Restricted, Members = [org.Org.Members[OrgRole.Analyst]] },
            Cancellation
        );
        await org.WriteAsync(org.Sms("2"));
        await analyst.TakeUntilAsync(ChangeKind.VisibilityChanged);
        Assert.Equal(alice, (await analyst.TakeAsync(1))[0].Contact);
        await owner.Privacy.SetAsync(alice, new PrivacyRule { Level = PrivacyLevel.Restricted }, Cancellation);
        await org.WriteAsync(org.Sms("3"));
        await org.WriteAsync(org.Sms("4", "+4532123459"));
        foreach (Subscriber subscriber in new[] { analyst, viewer })
            Assert.NotEqual(alice, (await subscriber.TakeUntilAsync(ChangeKind.Inserted)).Contact);
    }

    [Fact]
    public async Task Reading_continues_after_a_cursor_without_a_gap_and_ends_when_the_source_is_disposed()
    {
        FeedOrg org = await FeedOrg.CreateAsync(fixture.Database, "continued");
        ChangeCursor cursor = await org.PositionAsync();
        List<ChangeEntry> all = [];
        for (int round = 0; round < 5; round++)
        {
            await using CallIntelDataSource source = fixture.Database.CreateDataSource();
            await using Subscriber subscriber = await Subscriber.StartAsync(source, org.Org.As(OrgRole.Owner), cursor);
            for (int n = 0; n < 3; n++)
                await org.WriteAsync(org.Sms($"{round} {n}"));
            all.AddRange(await subscriber.TakeAsync(2));
            cursor = all[^1].Cursor;
        }
        Assert.Equal(all.Count, all.Select(e => e.Cursor).Distinct().Count());
        Assert.Equal(5, (await org.ReadAsync(OrgRole.Owner, cursor)).Count);
    }

    [Fact]
    public async Task A_stream_of_events_continues_after_the_last_id_and_ends_at_the_expiry()
    {
        FeedOrg org = await FeedOrg.CreateAsync(fixture.Database, "stream");
        await using OrgSession session = await org.OpenAsync(OrgRole.Owner);
        ChangeCursor start = await org.PositionAsync();
        await org.WriteAsync(org.Sms("1"));
        await org.WriteAsync(org.Sms("2"));
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        string? last = $"{start}";
        List<SseItem<ChangeMessage>> items = [];
        for (int n = 0; n < 2; n++)
            await foreach (
                SseItem<ChangeMessage> item in session.Changes.StreamAsync(last, now.AddMinutes(2), Cancellation)
            )
            {
                if (item.EventType == "heartbeat")
                    continue;
                items.Add(item);
                last = item.EventId;
                break;
            }
        Assert.Equal(["inserted", "inserted"], items.Select(i => i.EventType));
        Assert.Equal(2, items.Select(i => i.EventId).Distinct().Count());
        Assert.All(items, i => Assert.Equal((1L, FeedOrg.Noon), (i.Data.Events!.Value, i.Data.From!.Value)));

        int received = 0;
        await foreach (
            SseItem<ChangeMessage> item in session.Changes.StreamAsync(
                $"{start}",
                TimeProvider.System.GetUtcNow().AddSeconds(3),
                Cancellation
            )
        )
            received += item.EventType == "heartbeat" ? 0 : 1;
        Assert.InRange(received, 0, 2);
        Assert.Equal(
            ErrorCodes.InvalidChangeCursor,
            Assert
                .Throws<CallIntelException>(() => session.Changes.StreamAsync("x", now.AddMinutes(1), Cancellation))
                .Code
        );
    }

    /// <summary>A member who follows the feed.</summary>
    sealed class Subscriber : IAsyncDisposable
    {
        readonly OrgSession _session;
        readonly CancellationTokenSource _ended = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        readonly IAsyncEnumerator<ChangeEntry> _entries;
        Task<bool> _next;

        Subscriber(OrgSession session, ChangeCursor? after)
        {
            _session = session;
            _entries = session.Changes.ReadAsync(after, _ended.Token).GetAsyncEnumerator(_ended.Token);
            _next = _entries.MoveNextAsync().AsTask();
        }

        internal static async Task<Subscriber> StartAsync(
            CallIntelDataSource source,
            OrgIdentity identity,
            ChangeCursor? after
        )
        {
            OrgSession session = await source.OpenSessionAsync(identity, Cancellation);
            return new Subscriber(session, after);
        }

        internal async Task<IReadOnlyList<ChangeEntry>> TakeAsync(int count)
        {
            List<ChangeEntry> taken = [];
            while (taken.Count < count)
            {
                Assert.True(await _next.WaitAsync(Patience, Cancellation));
                taken.Add(_entries.Current);
                _next = _entries.MoveNextAsync().AsTask();
            }
            return taken;
        }

        internal async Task<ChangeEntry> TakeUntilAsync(ChangeKind kind)
        {
            while (true)
            {
                ChangeEntry entry = (await TakeAsync(1))[0];
                if (entry.Kind == kind)
                    return entry;
            }
        }

        public async ValueTask DisposeAsync()
        {
            await _ended.CancelAsync();
            await ((Task)_next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await _entries.DisposeAsync();
            await _session.DisposeAsync();
            _ended.Dispose();
        }
    }
}
