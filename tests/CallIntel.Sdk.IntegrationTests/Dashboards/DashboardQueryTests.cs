using CallIntel.Sdk.Dashboards;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Organization;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using Npgsql;

namespace CallIntel.Sdk.IntegrationTests.Dashboards;

/// <summary>Filters, comparison and sources, compared with a recount of the records.</summary>
public sealed class DashboardQueryTests(DatabaseFixture fixture) : IClassFixture<DatabaseFixture>
{
    const string Zone = "Europe/Copenhagen";

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Each_condition_of_a_filter_matches_a_recount(bool fromCells)
    {
        GeneratedTraffic traffic = await GeneratedTraffic.IngestAsync(fixture.Database, 71, 1_500, Cancellation);
        TestOrg org = traffic.Org;
        MemberId member = org.Members[OrgRole.Member];
        TeamId team;
        await using (OrgSession admin = await org.OpenSessionAsync(OrgRole.Admin, Cancellation))
        {
            // The odd minutes make quarters of an hour useless at both ends of a day.
            OpeningHours[] weekly =
            [
                .. Enum.GetValues<DayOfWeek>().Select(d => new OpeningHours(d, new(8, 7), new(17, 53))),
            ];
            await admin.Organization.SetBusinessHoursAsync(
                new BusinessHours(Zone, weekly[1..6], [new(2026, 2, 4)]),
                Cancellation
            );
            team = await admin.Teams.CreateAsync("support", Cancellation);
            await admin.Teams.AddMemberAsync(team, member, Cancellation);
            await admin.Teams.AddMemberAsync(team, org.Members[OrgRole.Analyst], Cancellation);
        }
        if (fromCells)
            await new CallIntelOperations(fixture.Database.Admin).RecomputeRollupsAsync(org.Id, Cancellation);
        await using OrgSession session = await org.OpenSessionAsync(OrgRole.Viewer, Cancellation);
        ContactId contact = traffic.Contacts.Values.First();
        Guid source = (
            await session.Events.ReadAsync(EventFilter.All.Newest(1), Cancellation).FirstAsync(Cancellation)
        ).SourceId;
        (DashboardFilter Filter, Func<EventRecord, bool> Fits)[] conditions =
        [
            (DashboardFilter.All, _ => true),
            (new() { Channel = EventChannel.Sms }, r => r.Channel is EventChannel.Sms),
            (new() { Direction = EventDirection.Outbound }, r => r.Direction is EventDirection.Outbound),
            (new() { Outcome = EventOutcome.Missed }, r => r.Outcome is EventOutcome.Missed),
            (new() { Member = member }, r => r.Member == member),
            (new() { Team = team }, r => r.Member == member || r.Member == org.Members[OrgRole.Analyst]),
            (new() { Team = team, Member = org.Members[OrgRole.Owner] }, _ => false),
            (new() { Team = new TeamId(Guid.CreateVersion7()) }, _ => false),
            (new() { Line = new LineId(Guid.CreateVersion7()) }, _ => false),
            (new() { Contact = contact }, r => traffic.ContactOf(r) == contact),
            (new() { Source = source }, _ => true),
            (new() { Source = Guid.CreateVersion7() }, _ => false),
            (new() { DuringBusinessHours = true }, IsOpen),
            (new() { DuringBusinessHours = false }, r => !IsOpen(r)),
            (
                new()
                {
                    Direction = EventDirection.Inbound,
                    Member = member,
                    DuringBusinessHours = true,
                },
                r => r.Direction is EventDirection.Inbound && r.Member == member && IsOpen(r)
            ),
        ];
        foreach ((DashboardFilter filter, Func<EventRecord, bool> fits) in conditions)
        foreach (TimeRange range in Ranges.Each)
        foreach (Grain grain in new[] { Grain.Day.In(Zone), Grain.Hour, Grain.Week.In("Asia/Kathmandu") })
        {
            DashboardQuery query = new(range) { Grain = grain, Filter = filter };
            EventRecord[] records = [.. traffic.Records.Where(r => range.Holds(r) && fits(r))];
            Assert.Equal(
                [
                    .. from r in records
                    let start = Zones.Truncate(r.OccurredAt, grain.ToString().Split(' ')[0], grain.TimeZone)
                    group r by (start, r.Channel, r.Direction) into g
                    orderby g.Key.start, g.Key.Channel, g.Key.Direction
                    select (g.Key.start, g.Key.Channel, g.Key.Direction, g.LongCount(), g.Sum(Seconds)),
                ],
                (await session.Dashboards.VolumeAsync(query, Cancellation)).Rows.Select(p =>
                    (p.Start, p.Channel, p.Direction, p.Events, p.TalkSeconds)
                )
            );
            Assert.Equal(
                records.LongLength,
                (await session.Dashboards.BusiestHoursAsync(query, Cancellation)).Rows.Sum(h => h.Events)
            );
            Assert.Equal(
                records.LongCount(r => r.Channel is EventChannel.Call),
                (await session.Dashboards.AnswerRateAsync(query, Cancellation)).Rows.Sum(p => p.Calls)
            );
            Assert.Equal(
                records.LongCount(r => r.Channel is EventChannel.Sms or EventChannel.Mms),
                (await session.Dashboards.MemberActivityAsync(query, Cancellation)).Rows.Sum(m => m.Messages)
            );
            Assert.Equal(
                records.Where(r => r.Channel is EventChannel.Call).Sum(Seconds),
                (await session.Dashboards.LineActivityAsync(query, Cancellation)).Rows.Sum(l => l.TalkSeconds)
            );
            Assert.Equal(
                records.LongCount(r => r.Party is not null),
                (await session.Dashboards.TopContactsAsync(query, 3, Cancellation)).Rows.Sum(c => c.Events)
            );
            Assert.Equal(
                records.LongCount(r => r is { Channel: EventChannel.Call, Direction: EventDirection.Inbound }),
                (await session.Dashboards.UnansweredCallsAsync(query, Cancellation)).Rows.Sum(d => d.Calls)
            );
            ResponseTimes times = Assert.Single(
                (await session.Dashboards.ResponseTimesAsync(query, Cancellation)).Rows
            );
            Assert.InRange(
                times.Messages,
                0,
                records.LongCount(r =>
                    r is { Direction: EventDirection.Inbound, Channel: EventChannel.Sms or EventChannel.Mms }
                )
            );
        }

        static bool IsOpen(EventRecord record)
        {
            DateTimeOffset local = Zones.Local(record.OccurredAt, Zone);
            return local.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday)
                && DateOnly.FromDateTime(local.DateTime) != new DateOnly(2026, 2, 4)
                && local.TimeOfDay >= new TimeSpan(8, 7, 0)
                && local.TimeOfDay < new TimeSpan(17, 53, 0);
        }

        static long Seconds(EventRecord record) => (long)(record.Duration?.TotalSeconds ?? 0);
    }

    [Fact]
    public async Task The_previous_period_has_as_many_months_or_days_and_the_rows_of_its_range()
    {
        GeneratedTraffic traffic = await GeneratedTraffic.IngestAsync(fixture.Database, 72, 800, Cancellation);
        await using OrgSession session = await traffic.Org.OpenSessionAsync(OrgRole.Viewer, Cancellation);
        foreach (
            (TimeRange range, TimeRange before) in new[]
            {
                // March, which has a change of clocks, after February
                (Local(new(2026, 3, 1), new(2026, 4, 1)), Local(new(2026, 2, 1), new(2026, 3, 1))),
                (Local(new(2026, 2, 1), new(2026, 4, 1)), Local(new(2025, 12, 1), new(2026, 2, 1))),
                // the seven days that contain the change of clocks
                (Local(new(2026, 3, 25), new(2026, 4, 1)), Local(new(2026, 3, 18), new(2026, 3, 25))),
                (
                    Ranges.LateMarch,
                    new TimeRange(
                        Ranges.LateMarch.From - (Ranges.LateMarch.To - Ranges.LateMarch.From),
                        Ranges.LateMarch.From
                    )
                ),
            }
        )
        {
            DashboardQuery query = new(range) { Grain = Grain.Day.In(Zone), ComparesWithPrevious = true };
            DashboardAnswer<VolumePoint> answer = await session.Dashboards.VolumeAsync(query, Cancellation);
            Assert.NotNull(answer.Previous);
            Assert.Equal(before, answer.Previous.Range);
            Assert.Equal(
                (await session.Dashboards.VolumeAsync(query with { Range = before }, Cancellation)).Rows,
                answer.Previous.Rows
            );
            Assert.Equal((await session.Dashboards.VolumeAsync(range, query.Grain, Cancellation)).Rows, answer.Rows);
            Assert.NotNull((await session.Dashboards.TopContactsAsync(query, 3, Cancellation)).Previous);
            Assert.Single((await session.Dashboards.ResponseTimesAsync(query, Cancellation)).Previous!.Rows);
        }
        Assert.Null((await session.Dashboards.VolumeAsync(Ranges.All, Grain.Day, Cancellation)).Previous);

        static TimeRange Local(DateTime from, DateTime to) =>
            new(new(from, Zones.Of(Zone).GetUtcOffset(from)), new(to, Zones.Of(Zone).GetUtcOffset(to)));
    }

    [Fact]
    public async Task An_answer_names_the_coarsest_cells_and_not_whether_somebody_wrote()
    {
        GeneratedTraffic traffic = await GeneratedTraffic.IngestAsync(fixture.Database, 73, 300, Cancellation);
        CallIntelOperations operations = new(fixture.Database.Admin);
        await using OrgSession viewer = await traffic.Org.OpenSessionAsync(OrgRole.Viewer, Cancellation);
        DashboardQuery query = new(Ranges.February);
        Assert.Equal(DashboardSource.Events, await SourceAsync(query));

        await operations.RecomputeRollupsAsync(traffic.Org.Id, Cancellation);
        Assert.Equal(DashboardSource.Days, await SourceAsync(query));
        // Every bucket is marked now, so all of these are answered from the events.
        await using (
            NpgsqlCommand mark = fixture.Database.Admin.CreateCommand(
                $"select callintel_private.rebuild_rollups('{traffic.Org.Id}')"
            )
        )
            await mark.ExecuteNonQueryAsync(Cancellation);
        Assert.Equal(DashboardSource.Days, await SourceAsync(query));
        Assert.Equal(DashboardSource.Hours, await SourceAsync(query with { Grain = Grain.Hour }));
        Assert.Equal(DashboardSource.Hours, await SourceAsync(query with { Grain = Grain.Day.In(Zone) }));
        Assert.Equal(
            DashboardSource.QuarterHours,
            await SourceAsync(query with { Grain = Grain.Day.In("Asia/Kathmandu") })
        );
        Assert.Equal(
            DashboardSource.QuarterHours,
            await SourceAsync(
                query with
                {
                    Grain = Grain.Hour,
                    Filter = new() { Outcome = EventOutcome.Missed },
                }
            )
        );
        Assert.Equal(
            DashboardSource.Days,
            await SourceAsync(query with { Filter = new() { Member = new MemberId(Guid.CreateVersion7()) } })
        );
        Assert.Equal(
            DashboardSource.Events,
            await SourceAsync(query with { Filter = new() { Source = Guid.CreateVersion7() } })
        );
        Assert.Equal(DashboardSource.Days, (await viewer.Dashboards.TopContactsAsync(query, 1, Cancellation)).Source);
        DashboardQuery calls = query with { Filter = new() { Channel = EventChannel.Call } };
        Assert.Equal(
            [DashboardSource.Events, DashboardSource.Days, DashboardSource.Days],
            [
                (await viewer.Dashboards.TopContactsAsync(calls, 1, Cancellation)).Source,
                (await viewer.Dashboards.ResponseTimesAsync(calls, Cancellation)).Source,
                (await viewer.Dashboards.UnansweredCallsAsync(calls, Cancellation)).Source,
            ]
        );
        Assert.Equal(
            DashboardSource.Events,
            (
                await viewer.Dashboards.UnansweredCallsAsync(
                    calls with
                    {
                        Grain = Grain.Day.In("Asia/Kathmandu"),
                    },
                    Cancellation
                )
            ).Source
        );
        Assert.Equal(DashboardSource.Days, (await viewer.Dashboards.LineActivityAsync(query, Cancellation)).Source);
        await using OrgSession member = await traffic.Org.OpenSessionAsync(OrgRole.Member, Cancellation);
        Assert.Equal(DashboardSource.Events, (await member.Dashboards.VolumeAsync(query, Cancellation)).Source);

        async Task<DashboardSource> SourceAsync(DashboardQuery asked) =>
            (await viewer.Dashboards.VolumeAsync(asked, Cancellation)).Source;
    }

    [Fact]
    public async Task Invalid_questions_are_refused()
    {
        TestOrg org = fixture.Own;
        await using OrgSession viewer = await org.OpenSessionAsync(OrgRole.Viewer, Cancellation);
        await Assert.ThrowsAsync<ArgumentNullException>(() => viewer.Dashboards.VolumeAsync(null!, Cancellation));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() =>
            viewer.Dashboards.VolumeAsync(
                new DashboardQuery(Ranges.All) { Filter = new() { Channel = (EventChannel)9 } },
                Cancellation
            )
        );
        Assert.Equal(
            "CI0009",
            (
                await Assert.ThrowsAsync<CallIntelException>(() =>
                    viewer.Dashboards.ResponseTimesAsync(new DashboardQuery(default), Cancellation)
                )
            ).Code
        );
        Assert.Equal(
            "CI0025",
            (
                await Assert.ThrowsAsync<CallIntelException>(() =>
                    viewer.Dashboards.MemberActivityAsync(
                        new DashboardQuery(Ranges.All) { Grain = Grain.Day.In("Europe/Nowhere") },
                        Cancellation
                    )
                )
            ).Code
        );
    }
}
