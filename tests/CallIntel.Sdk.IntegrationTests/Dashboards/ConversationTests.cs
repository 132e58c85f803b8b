using CallIntel.Sdk.Dashboards;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;

namespace CallIntel.Sdk.IntegrationTests.Dashboards;

/// <summary>Records of one call count as one call, whatever order they arrive in.</summary>
public sealed partial class ConversationTests(DatabaseFixture fixture) : IClassFixture<DatabaseFixture>
{
    static readonly IngestSource Source = new("pbx", "asterisk", DefaultRegion: "US");
    static readonly DateTimeOffset Nine = new(2026, 3, 4, 9, 0, 0, TimeSpan.Zero);
    static readonly TimeRange Day = new(Nine.AddHours(-9), Nine.AddHours(15));

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_call_to_a_queue_counts_once_however_many_telephones_rang(bool isBulk)
    {
        TestOrg org = await fixture.Database.CreateOrgAsync("queue", Cancellation);
        await using OrgSession session = await org.OpenSessionAsync(OrgRole.Admin, Cancellation);
        EventRecord[] records =
        [
            .. Enumerable
                .Range(1, 5)
                .Select(n =>
                    Leg("one", n, TimeSpan.Zero, n == 3 ? EventOutcome.Completed : EventOutcome.Missed) with
                    {
                        Duration = TimeSpan.FromSeconds(n == 3 ? 40 : 0),
                    }
                ),
            .. Enumerable.Range(6, 3).Select(n => Leg("two", n, TimeSpan.FromMinutes(10), EventOutcome.Missed)),
            Leg("three", 9, TimeSpan.FromMinutes(20), EventOutcome.Missed) with
            {
                Details = null,
            },
            Message("one", 10),
            Message("one", 11),
        ];
        if (isBulk)
            await session.Ingestion.IngestAsync(Source, records.ToAsyncEnumerable(), cancellationToken: Cancellation);
        else
            foreach (EventRecord record in records)
                await session.Ingestion.WriteAsync(Source, [record], Cancellation);

        UnansweredDay day = Assert.Single(
            (await session.Dashboards.UnansweredCallsAsync(Day, cancellationToken: Cancellation)).Rows
        );
        Assert.Equal((3, 2), (day.Calls, day.Unanswered));
        Assert.Equal(
            [(EventChannel.Call, 3L, 40L), (EventChannel.Sms, 2L, 0L)],
            (await session.Dashboards.VolumeAsync(Day, Grain.Day, Cancellation)).Rows.Select(v =>
                (v.Channel, v.Events, v.TalkSeconds)
            )
        );
        Assert.Equal(
            5,
            (await session.Dashboards.BusiestHoursAsync(Day, cancellationToken: Cancellation)).Rows.Sum(h => h.Events)
        );
        ContactVolume top = Assert.Single((await session.Dashboards.TopContactsAsync(Day, 10, Cancellation)).Rows);
        Assert.Equal((5, 40), (top.Events, top.TalkSeconds));

        // the records stay readable, alone and together
        List<ConversationEvent> all = await session
            .Events.ReadAsync(EventFilter.All, Cancellation)
            .ToListAsync(Cancellation);
        Assert.Equal(records.Length, all.Count);
        ConversationEvent rang = all.Single(e => e.ExternalId == "two 7");
        Assert.Equal(
            ["two 6", "two 7", "two 8"],
            (await session.Events.ReadConversationAsync(rang.Id, Cancellation)).Select(e => e.ExternalId).Order()
        );
        foreach (ConversationEvent alone in all.Where(e => e.ConversationKey is null))
            Assert.Equal(alone, Assert.Single(await session.Events.ReadConversationAsync(alone.Id, Cancellation)));
        Assert.Empty(await session.Events.ReadConversationAsync(Guid.NewGuid(), Cancellation));
    }

    [Fact]
    public async Task Records_that_name_only_their_parent_are_one_call_in_any_order()
    {
        EventRecord root = Leg(null, 1, TimeSpan.Zero, EventOutcome.Missed) with { ExternalId = "root" };
        EventRecord child = Leg(null, 2, TimeSpan.FromSeconds(5), EventOutcome.Missed) with
        {
            ExternalId = "child",
            Details = new() { ParentId = "root" },
        };
        EventRecord grandchild = Leg(null, 3, TimeSpan.FromSeconds(9), EventOutcome.Completed) with
        {
            ExternalId = "grandchild",
            Details = new() { ParentId = "child" },
        };
        // a record without details that arrives after its children cannot know of them
        EventRecord known = root with { Details = new() { ConversationId = "root" } };
        foreach (
            EventRecord[] order in new EventRecord[][]
            {
                [root, child, grandchild],
                [root, grandchild, child],
                [known, grandchild, child],
                [child, known, grandchild],
                [grandchild, child, known],
                [grandchild, known, child],
            }
        )
        {
            TestOrg org = await fixture.Database.CreateOrgAsync("chain", Cancellation);
            await using OrgSession session = await org.OpenSessionAsync(OrgRole.Admin, Cancellation);
            foreach (EventRecord record in order)
                Assert.Equal(1, (await session.Ingestion.WriteAsync(Source, [record], Cancellation)).Inserted);
            string name = string.Join(", ", order.Select(r => r.ExternalId));
            Assert.Equal((name, 1, 0), (name, await CallsAsync(session), await UnansweredAsync(session)));
            ConversationEvent first = await session
                .Events.ReadAsync(EventFilter.All, Cancellation)
                .FirstAsync(Cancellation);
            Assert.Equal(3, (await session.Events.ReadConversationAsync(first.Id, Cancellation)).Count);

            // reported again, nothing changes
            IngestReport again = await session.Ingestion.WriteAsync(Source, order, Cancellation);
            Assert.Equal((name, 3, 0), (name, again.Duplicate, again.Updated));
            Assert.Equal(1, await CallsAsync(session));
        }
    }

    [Fact]
    public async Task An_id_that_the_source_uses_again_hours_later_is_another_call()
    {
        TestOrg org = await fixture.Database.CreateOrgAsync("again", Cancellation);
        await using OrgSession session = await org.OpenSessionAsync(OrgRole.Admin, Cancellation);
        double[] hours = [0, 0.1, 5, 5.1, 9.2];
        await session.Ingestion.WriteAsync(
            Source,
            [.. hours.Select((h, n) => Leg("reused", n, TimeSpan.FromHours(h), EventOutcome.Missed))],
            Cancellation
        );
        Assert.Equal(3, await CallsAsync(session));
        // each in its own range, and none counted in two
        foreach ((int from, int to, int calls) in new[] { (0, 1, 1), (1, 5, 0), (5, 6, 1), (6, 10, 1), (0, 10, 3) })
            Assert.Equal(
                (from, to, calls),
                (from, to, await CallsAsync(session, new TimeRange(Nine.AddHours(from), Nine.AddHours(to))))
            );
        ConversationEvent last = await session.Events.ReadAsync(EventFilter.All, Cancellation).FirstAsync(Cancellation);
        Assert.Single(await session.Events.ReadConversationAsync(last.Id, Cancellation));
    }

    [Fact]
    public async Task A_member_whose_telephone_only_rang_did_not_miss_a_call_that_a_colleague_answered()
    {
        TestOrg org = await fixture.Database.CreateOrgAsync("colleagues", Cancellation);
        await using OrgSession admin = await org.OpenSessionAsync(OrgRole.Admin, Cancellation);
        MemberId member = org.Members[OrgRole.Member],
            colleague = org.Members[OrgRole.Admin];
        await admin.Ingestion.WriteAsync(
            Source,
            [
                Leg("answered", 1, TimeSpan.Zero, EventOutcome.Missed) with
                {
                    Member = member,
                },
                Leg("answered", 2, TimeSpan.FromSeconds(20), EventOutcome.Completed) with
                {
                    Member = colleague,
                },
                Leg("missed", 3, TimeSpan.FromHours(1), EventOutcome.Missed) with
                {
                    Member = member,
                },
                Leg("missed", 4, TimeSpan.FromHours(1), EventOutcome.Missed) with
                {
                    Member = colleague,
                },
                // the same id hours later, and a call that only the colleague was offered
                Leg("answered", 5, TimeSpan.FromHours(12), EventOutcome.Missed) with
                {
                    Member = member,
                },
                Leg("other", 6, TimeSpan.FromHours(2), EventOutcome.Completed) with
                {
                    Member = colleague,
                },
            ],
            Cancellation
        );
        await using OrgSession own = await org.OpenSessionAsync(OrgRole.Member, Cancellation);
        Assert.Equal((3, 2), (await CallsAsync(own), await UnansweredAsync(own)));
        Assert.Equal((4, 2), (await CallsAsync(admin), await UnansweredAsync(admin)));
    }

    [Fact]
    public async Task A_voicemail_belongs_to_its_call_and_does_not_make_it_an_answered_one()
    {
        TestOrg org = await fixture.Database.CreateOrgAsync("voicemail", Cancellation);
        await using OrgSession session = await org.OpenSessionAsync(OrgRole.Admin, Cancellation);
        await session.Ingestion.WriteAsync(
            Source,
            [
                Leg("left", 1, TimeSpan.Zero, EventOutcome.Missed),
                Leg("left", 2, TimeSpan.FromSeconds(30), EventOutcome.Completed) with
                {
                    Channel = EventChannel.Voicemail,
                    Duration = TimeSpan.FromSeconds(12),
                },
                Leg("alone", 3, TimeSpan.FromHours(1), EventOutcome.Completed) with
                {
                    Channel = EventChannel.Voicemail,
                    Duration = TimeSpan.FromSeconds(7),
                },
            ],
            Cancellation
        );
        Assert.Equal((1, 1), (await CallsAsync(session), await UnansweredAsync(session)));
        Assert.Equal(
            [(EventChannel.Call, 1L, 0L), (EventChannel.Voicemail, 1L, 7L)],
            (await session.Dashboards.VolumeAsync(Day, Grain.Day, Cancellation)).Rows.Select(v =>
                (v.Channel, v.Events, v.TalkSeconds)
            )
        );
    }

    [Theory]
    [InlineData(new[] { 0, 100 }, new[] { 40, 50 }, 90)] // one after the other
    [InlineData(new[] { 0, 5 }, new[] { 300, 280 }, 300)] // the whole call and its leg
    [InlineData(new[] { 0, 0, 0 }, new[] { 0, 0, 25 }, 25)]
    public async Task Talk_time_counts_overlapping_legs_once(int[] starts, int[] durations, int expected)
    {
        TestOrg org = await fixture.Database.CreateOrgAsync("talk", Cancellation);
        await using OrgSession session = await org.OpenSessionAsync(OrgRole.Admin, Cancellation);
        await session.Ingestion.WriteAsync(
            Source,
            [
                .. starts.Select(
                    (start, n) =>
                        Leg("talk", n, TimeSpan.FromSeconds(start), EventOutcome.Completed) with
                        {
                            Duration = TimeSpan.FromSeconds(durations[n]),
                        }
                ),
            ],
            Cancellation
        );
        VolumePoint point = Assert.Single((await session.Dashboards.VolumeAsync(Day, Grain.Day, Cancellation)).Rows);
        Assert.Equal((1, expected), (point.Events, point.TalkSeconds));
    }

    [Fact]
    public async Task Answered_wins_over_busy_and_busy_over_missed()
    {
        TestOrg org = await fixture.Database.CreateOrgAsync("outcomes", Cancellation);
        await using OrgSession session = await org.OpenSessionAsync(OrgRole.Admin, Cancellation);
        EventOutcome[] order =
        [
            EventOutcome.Completed,
            EventOutcome.Sent,
            EventOutcome.Busy,
            EventOutcome.Rejected,
            EventOutcome.Failed,
            EventOutcome.Missed,
            EventOutcome.Blocked,
            EventOutcome.Unknown,
        ];
        Assert.Equal(Enum.GetValues<EventOutcome>().Order(), order.Order());
        await using Npgsql.NpgsqlCommand places = fixture.Database.Admin.CreateCommand(
            """
            select array_agg(o order by callintel_private.outcome_place(o::smallint)),
                   bool_and(callintel_private.outcome_at(callintel_private.outcome_place(o::smallint)) = o)
              from generate_series(0, 7) o
            """
        );
        await using Npgsql.NpgsqlDataReader reader = await places.ExecuteReaderAsync(Cancellation);
        Assert.True(await reader.ReadAsync(Cancellation));
        Assert.Equal(order.Select(o => (int)o), reader.GetFieldValue<int[]>(0));
        Assert.True(reader.GetBoolean(1));
    }

    static async Task<long> CallsAsync(OrgSession session, TimeRange? range = null) =>
        (await session.Dashboards.UnansweredCallsAsync(range ?? Day, cancellationToken: Cancellation)).Rows.Sum(d =>
            d.Calls
        );

    static async Task<long> UnansweredAsync(OrgSession session) =>
        (await session.Dashboards.UnansweredCallsAsync(Day, cancellationToken: Cancellation)).Rows.Sum(d =>
            d.Unanswered
        );

    static EventRecord Leg(string? conversation, int n, TimeSpan after, EventOutcome outcome) =>
        new()
        {
            OccurredAt = Nine + after,
            Channel = EventChannel.Call,
            Direction = EventDirection.Inbound,
            Outcome = outcome,
            Party = "+14155550101",
            ExternalId = $"{conversation} {n}",
            Details = conversation is null ? null : new() { ConversationId = conversation },
        };

    static EventRecord Message(string thread, int n) =>
        Leg(thread, n, TimeSpan.FromMinutes(n), EventOutcome.Completed) with
        {
            Channel = EventChannel.Sms,
        };
}
