using CallIntel.Sdk.Access;
using CallIntel.Sdk.Dashboards;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion;
using CallIntel.Sdk.Organization;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;

namespace CallIntel.Sdk.IntegrationTests.Dashboards;

/// <summary>Lists of contacts, leaderboards and cost, compared with a recount of the records.</summary>
public sealed class ContactFigureTests(DatabaseFixture fixture) : IClassFixture<DatabaseFixture>
{
    const string Zone = "Europe/Copenhagen";

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Calls_to_return_and_threads_match_a_recount_page_by_page()
    {
        GeneratedTraffic traffic = await GeneratedTraffic.IngestAsync(
            fixture.Database,
            81,
            1_500,
            Cancellation,
            contacts: 150
        );
        ContactId secret = traffic.Contacts.Values.Last();
        await PrivacyRules.SetAsync(traffic.Org, secret, 3, Cancellation);
        EventRecord[] seen = [.. traffic.Records.Where(r => r.Party is not null && traffic.ContactOf(r) != secret)];
        await using OrgSession session = await traffic.Org.OpenSessionAsync(OrgRole.Analyst, Cancellation);
        MemberId member = traffic.Org.Members[OrgRole.Member];
        foreach (TimeRange range in Ranges.Each)
        foreach (MemberId? asked in new MemberId?[] { null, member })
        {
            DashboardQuery query = new(range)
            {
                Filter = new() { Member = asked },
                ComparesWithPrevious = true,
            };
            CallToReturn[] expected =
            [
                .. from r in seen
                where r.Channel is EventChannel.Call && r.OccurredAt >= range.From
                group r by traffic.ContactOf(r)!.Value into g
                let missed = g.Where(r =>
                        IsMissed(r) && r.OccurredAt < range.To && (asked is null || r.Member == asked)
                    )
                    .Select(r => r.OccurredAt.ToUniversalTime())
                    .ToArray()
                where missed.Length > 0
                where
                    !g.Any(r =>
                        (r.Direction is EventDirection.Outbound || r.Outcome is EventOutcome.Completed)
                        && r.OccurredAt >= missed.Max()
                    )
                select new CallToReturn(g.Key, missed.Length, missed.Min(), missed.Max()),
            ];
            Assert.Equal(
                expected.OrderByDescending(c => c.LastCall).ThenByDescending(c => c.Contact.Value.ToString()),
                await PagesAsync<CallToReturn>(async after =>
                {
                    DashboardAnswer<CallToReturn> page = await session.Dashboards.CallsToReturnAsync(
                        query,
                        7,
                        after,
                        Cancellation
                    );
                    Assert.Null(page.Previous);
                    return page.Rows;
                })
            );
            ContactThread[] threads =
            [
                .. from r in seen
                where range.Holds(r) && (asked is null || r.Member == asked)
                group r by traffic.ContactOf(r)!.Value into g
                let messages = g.LongCount(r => r.Channel is EventChannel.Sms or EventChannel.Mms)
                select new ContactThread(
                    g.Key,
                    g.LongCount() - messages,
                    messages,
                    g.Max(r => r.OccurredAt.ToUniversalTime())
                ),
            ];
            Assert.True(threads.Length > 7);
            Assert.Equal(
                threads.OrderByDescending(c => c.LastEvent).ThenByDescending(c => c.Contact.Value.ToString()),
                await PagesAsync<ContactThread>(async after =>
                    (await session.Dashboards.ThreadsAsync(query, 7, after, Cancellation)).Rows
                )
            );
        }
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() =>
            session.Dashboards.ThreadsAsync(new DashboardQuery(Ranges.All), 0, cancellationToken: Cancellation)
        );
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() =>
            session.Dashboards.CallsToReturnAsync(
                new DashboardQuery(Ranges.All),
                DashboardReader.MaxPage + 1,
                cancellationToken: Cancellation
            )
        );

        static bool IsMissed(EventRecord r) =>
            r
                is {
                    Direction: EventDirection.Inbound,
                    Outcome: EventOutcome.Missed or EventOutcome.Busy or EventOutcome.Failed or EventOutcome.Rejected
                };

        static async Task<List<T>> PagesAsync<T>(Func<T?, Task<IReadOnlyList<T>>> ask)
            where T : class
        {
            List<T> all = [];
            while (true)
            {
                IReadOnlyList<T> page = await ask(all.Count == 0 ? null : all[^1]);
                all.AddRange(page);
                if (page.Count < 7)
                    return all;
            }
        }
    }

    [Fact]
    public async Task A_leg_that_a_transfer_adds_does_not_return_a_missed_call()
    {
        TestOrg org = await fixture.Database.CreateOrgAsync("transfer", Cancellation);
        await using OrgSession admin = await org.OpenSessionAsync(OrgRole.Admin, Cancellation);
        DateTimeOffset nine = new(2026, 3, 4, 9, 0, 0, TimeSpan.Zero);
        EventRecord rang = new()
        {
            OccurredAt = nine,
            Channel = EventChannel.Call,
            Direction = EventDirection.Inbound,
            Outcome = EventOutcome.Missed,
            Party = "+4532123456",
            ExternalId = "leg 1",
            Details = new() { ConversationId = "one" },
        };
        EventRecord forwarded = rang with
        {
            OccurredAt = nine.AddSeconds(20),
            Direction = EventDirection.Outbound,
            ExternalId = "leg 2",
        };
        await admin.Ingestion.WriteAsync(new IngestSource("pbx"), [rang, forwarded], Cancellation);
        DashboardQuery query = new(new TimeRange(nine.AddHours(-1), nine.AddHours(1)));
        CallToReturn call = Assert.Single((await ListAsync()).Rows);
        Assert.Equal((1, nine, nine), (call.Calls, call.FirstCall, call.LastCall));

        // A call after the range of the question returns it.
        EventRecord returned = rang with
        {
            OccurredAt = nine.AddDays(30),
            Direction = EventDirection.Outbound,
            ExternalId = "return",
            Details = null,
        };
        await admin.Ingestion.WriteAsync(new IngestSource("pbx"), [returned], Cancellation);
        Assert.Empty((await ListAsync()).Rows);

        Task<DashboardAnswer<CallToReturn>> ListAsync() =>
            admin.Dashboards.CallsToReturnAsync(query, 10, cancellationToken: Cancellation);
    }

    /// <summary>
    /// From the events; and from cells, except for the days in which an event was written afterwards.
    /// </summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task New_and_returning_contacts_match_a_recount(bool hasCells)
    {
        GeneratedTraffic traffic = await GeneratedTraffic.IngestAsync(
            fixture.Database,
            82,
            1_500,
            Cancellation,
            contacts: 200
        );
        List<EventRecord> records = [.. traffic.Records];
        if (hasCells)
        {
            await using OrgSession admin = await traffic.Org.OpenSessionAsync(OrgRole.Admin, Cancellation);
            await admin.Organization.SetBusinessHoursAsync(new BusinessHours(Zone, [], []), Cancellation);
            await new CallIntelOperations(fixture.Database.Admin).RecomputeRollupsAsync(traffic.Org.Id, Cancellation);
            foreach (int day in new[] { 3, 40 })
                records.Add(
                    records[0] with
                    {
                        OccurredAt = Ranges.February.From.AddDays(day - 20),
                        Party = "+4520199999",
                        ExternalId = $"later {day}",
                    }
                );
            await admin.Ingestion.WriteAsync(new IngestSource("generated"), records[^2..], Cancellation);
        }
        await using OrgSession session = await traffic.Org.OpenSessionAsync(OrgRole.Viewer, Cancellation);
        Dictionary<string, DateTimeOffset> firsts = records
            .Where(r => r.Party is not null)
            .GroupBy(r => r.Party!)
            .ToDictionary(g => g.Key, g => g.Min(r => r.OccurredAt));
        foreach (TimeRange range in Ranges.Each)
        foreach (string unit in new[] { "day", "month" })
        foreach (EventChannel? channel in new EventChannel?[] { null, EventChannel.Sms })
        {
            Grain grain = unit == "day" ? Grain.Day.In(Zone) : Grain.Month.In(Zone);
            DashboardAnswer<ContactCount> answer = await session.Dashboards.ContactCountsAsync(
                new DashboardQuery(range)
                {
                    Grain = grain,
                    Filter = new() { Channel = channel },
                },
                Cancellation
            );
            Assert.Equal(
                [
                    .. from r in records
                    where r.Party is not null && range.Holds(r) && (channel is null || r.Channel == channel)
                    group r by Zones.Truncate(r.OccurredAt, unit, Zone) into g
                    orderby g.Key
                    let parties = g.Select(r => r.Party!).ToHashSet()
                    select new ContactCount(
                        g.Key,
                        parties.Count,
                        parties.Count(p => Zones.Truncate(firsts[p], unit, Zone) == g.Key)
                    ),
                ],
                answer.Rows
            );
            if (!hasCells || channel is not null)
                Assert.Equal(DashboardSource.Events, answer.Source);
            else if (range.To - range.From > TimeSpan.FromDays(3))
                Assert.Equal(DashboardSource.Days, answer.Source);
        }
    }

    [Fact]
    public async Task Prices_are_added_by_currency_and_for_each_record_of_a_call()
    {
        TestOrg org = await fixture.Database.CreateOrgAsync("prices", Cancellation);
        await using OrgSession admin = await org.OpenSessionAsync(OrgRole.Admin, Cancellation);
        DateTimeOffset noon = new(2026, 3, 4, 12, 0, 0, TimeSpan.Zero);
        EventRecord[] records =
        [
            .. Enumerable
                .Range(0, 6)
                .Select(n => new EventRecord
                {
                    OccurredAt = noon.AddMinutes(n),
                    Channel = n < 4 ? EventChannel.Call : EventChannel.Sms,
                    Direction = EventDirection.Outbound,
                    Outcome = EventOutcome.Completed,
                    Party = n == 5 ? "+4532123457" : "+4532123456",
                    ExternalId = $"{n}",
                    Details = new()
                    {
                        ConversationId = n < 2 ? "one" : null,
                        Price = n == 3 ? null : -0.0125m * (n + 1),
                        Currency = n == 2 ? "EUR" : "USD",
                    },
                }),
        ];
        await admin.Ingestion.WriteAsync(new IngestSource("twilio"), records, Cancellation);
        DashboardQuery query = new(new TimeRange(noon.AddDays(-1), noon.AddDays(1)));
        DateTimeOffset day = noon.AddHours(-12);
        Assert.Equal(
            [
                new CostPoint(day, EventChannel.Call, EventDirection.Outbound, "EUR", 1, -0.0375m),
                new CostPoint(day, EventChannel.Call, EventDirection.Outbound, "USD", 2, -0.0375m),
                new CostPoint(day, EventChannel.Sms, EventDirection.Outbound, "USD", 2, -0.1375m),
            ],
            (await admin.Dashboards.CostsAsync(query, Cancellation)).Rows
        );
        Assert.Equal(
            -0.0375m,
            (
                await admin.Dashboards.CostsAsync(
                    query with
                    {
                        Filter = new() { Channel = EventChannel.Call },
                        Range = new TimeRange(noon, noon.AddMinutes(2)),
                    },
                    Cancellation
                )
            ).Rows.Sum(c => c.Cost)
        );
        // Hidden contacts are left out.
        ContactId secret = (await admin.Dashboards.ThreadsAsync(query, 1, cancellationToken: Cancellation))
            .Rows[0]
            .Contact;
        await PrivacyRules.SetAsync(org, secret, 3, Cancellation);
        await using OrgSession viewer = await org.OpenSessionAsync(OrgRole.Viewer, Cancellation);
        Assert.Equal(4, (await viewer.Dashboards.CostsAsync(query, Cancellation)).Rows.Sum(c => c.Records));
    }

    [Fact]
    public async Task A_leaderboard_has_places_and_the_names_that_the_session_may_read()
    {
        TestOrg org = await fixture.Database.CreateOrgAsync("leaders", Cancellation);
        MemberId first = org.Members[OrgRole.Analyst],
            second = org.Members[OrgRole.Member],
            third = org.Members[OrgRole.Owner];
        await using OrgSession admin = await org.OpenSessionAsync(OrgRole.Admin, Cancellation);
        await admin.Members.SetDisplayNameAsync(first, "Asta", Cancellation);
        await admin.Members.SetDisplayNameAsync(second, "Bo", Cancellation);
        DateTimeOffset noon = new(2026, 3, 4, 12, 0, 0, TimeSpan.Zero);
        MemberId?[] answering = [first, second, first, third, second, null];
        await admin.Ingestion.WriteAsync(
            new IngestSource("pbx"),
            [
                .. answering.Select(
                    (member, n) =>
                        new EventRecord
                        {
                            OccurredAt = noon.AddMinutes(n),
                            Channel = EventChannel.Call,
                            Direction = EventDirection.Inbound,
                            Outcome = EventOutcome.Completed,
                            Duration = TimeSpan.FromSeconds(member == second ? 60 : 10),
                            Party = $"+453212345{n}",
                            Member = member,
                            ExternalId = $"{n}",
                        }
                ),
            ],
            Cancellation
        );
        DashboardQuery query = new(new TimeRange(noon.AddDays(-1), noon.AddDays(1))) { ComparesWithPrevious = true };

        DashboardAnswer<LeaderboardEntry> answer = await admin.Dashboards.LeaderboardAsync(
            query,
            cancellationToken: Cancellation
        );
        Assert.Equal([1, 1, 3], answer.Rows.Select(e => e.Place));
        Assert.Equal(third, answer.Rows[2].Activity.Member);
        Assert.Null(answer.Rows[2].Name);
        Assert.Equal(["Asta", "Bo"], answer.Rows.Take(2).Select(e => e.Name?.Value).Order());
        Assert.Empty(answer.Previous!.Rows);
        answer = await admin.Dashboards.LeaderboardAsync(query, LeaderboardOrder.TalkTime, Cancellation);
        Assert.Equal([(1, "Bo"), (2, "Asta"), (3, null)], answer.Rows.Select(e => (e.Place, e.Name?.Value)));

        await using OrgSession viewer = await org.OpenSessionAsync(OrgRole.Viewer, Cancellation);
        answer = await viewer.Dashboards.LeaderboardAsync(query, LeaderboardOrder.TalkTime, Cancellation);
        Assert.Equal([second, first, third], answer.Rows.Select(e => e.Activity.Member!.Value));
        Assert.All(answer.Rows, e => Assert.Null(e.Name));
        await using OrgSession member = await org.OpenSessionAsync(OrgRole.Member, Cancellation);
        LeaderboardEntry own = Assert.Single(
            (await member.Dashboards.LeaderboardAsync(query, cancellationToken: Cancellation)).Rows
        );
        Assert.Equal((1, "Bo", second), (own.Place, own.Name?.Value, own.Activity.Member!.Value));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() =>
            member.Dashboards.LeaderboardAsync(query, (LeaderboardOrder)9, Cancellation)
        );
    }
}
