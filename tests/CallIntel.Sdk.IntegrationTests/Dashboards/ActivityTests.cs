using CallIntel.Sdk.Dashboards;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;

namespace CallIntel.Sdk.IntegrationTests.Dashboards;

/// <summary>Answer rate and the activity of members and lines, compared with a recount of the records.</summary>
public sealed class ActivityTests(DatabaseFixture fixture) : IClassFixture<DatabaseFixture>
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Answer_rate_and_activity_match_a_recount_of_the_records(bool fromCells)
    {
        GeneratedTraffic traffic = await GeneratedTraffic.IngestAsync(fixture.Database, 61, 1_500, Cancellation);
        if (fromCells)
            await new CallIntelOperations(fixture.Database.Admin).RecomputeRollupsAsync(traffic.Org.Id, Cancellation);
        await using OrgSession session = await traffic.Org.OpenSessionAsync(OrgRole.Viewer, Cancellation);
        foreach (TimeRange range in Ranges.Each)
        {
            EventRecord[] records = [.. traffic.Records.Where(r => range.Holds(r))];
            const string Zone = "Europe/Copenhagen";
            Assert.Equal(
                [
                    .. from r in records
                    where r.Channel is EventChannel.Call
                    let local = Zones.Local(r.OccurredAt, Zone)
                    group r by (Day: DateOnly.FromDateTime(local.DateTime), r.Direction) into g
                    orderby g.Key.Day, g.Key.Direction
                    let answered = g.LongCount(IsAnswered)
                    select (g.Key.Day, g.Key.Direction, g.LongCount(), answered, g.LongCount(IsMissed)),
                ],
                (await session.Dashboards.AnswerRateAsync(range, Grain.Day.In(Zone), Cancellation)).Rows.Select(p =>
                    (DateOnly.FromDateTime(p.Start.DateTime), p.Direction, p.Calls, p.Answered, p.Missed)
                )
            );
            Assert.Equal(
                [
                    .. from r in records
                    group r by r.Member into g
                    let calls = g.Where(r => r.Channel is EventChannel.Call).ToArray()
                    let inbound = calls.Where(r => r.Direction is EventDirection.Inbound).ToArray()
                    let activity = new MemberActivity(
                        g.Key,
                        inbound.Length,
                        inbound.Count(IsAnswered),
                        calls.Length - inbound.Length,
                        g.Count(r => r.Channel is EventChannel.Sms or EventChannel.Mms),
                        calls.Sum(r => (long)(r.Duration?.TotalSeconds ?? 0))
                    )
                    orderby activity.Member is null, -activity.InboundCalls, -activity.TalkSeconds
                    select activity,
                ],
                (await session.Dashboards.MemberActivityAsync(range, Cancellation)).Rows
            );
            LineActivity unknown = Assert.Single(
                (await session.Dashboards.LineActivityAsync(range, Cancellation)).Rows
            );
            Assert.Null(unknown.Line);
            Assert.Equal(records.Count(r => r.Channel is EventChannel.Sms or EventChannel.Mms), unknown.Messages);
        }

        await using OrgSession member = await traffic.Org.OpenSessionAsync(OrgRole.Member, Cancellation);
        MemberActivity own = Assert.Single(
            (await member.Dashboards.MemberActivityAsync(Ranges.All, Cancellation)).Rows
        );
        Assert.Equal(traffic.Org.Members[OrgRole.Member], own.Member);
    }

    [Fact]
    public async Task A_call_that_rang_at_several_members_counts_for_the_one_who_answered()
    {
        TestOrg org = await fixture.Database.CreateOrgAsync("ringing", Cancellation);
        MemberId rang = org.Members[OrgRole.Member],
            answered = org.Members[OrgRole.Admin];
        await using OrgSession admin = await org.OpenSessionAsync(OrgRole.Admin, Cancellation);
        DateTimeOffset nine = new(2026, 3, 4, 9, 0, 0, TimeSpan.Zero);
        EventRecord leg = new()
        {
            OccurredAt = nine,
            Channel = EventChannel.Call,
            Direction = EventDirection.Inbound,
            Outcome = EventOutcome.Missed,
            Party = "+4532123456",
            Member = rang,
            ExternalId = "leg 1",
            Details = new() { ConversationId = "one", OwnNumber = "+4532999900" },
        };
        await admin.Ingestion.WriteAsync(
            new IngestSource("pbx"),
            [
                leg,
                leg with
                {
                    OccurredAt = nine.AddSeconds(5),
                    Outcome = EventOutcome.Completed,
                    Member = answered,
                    Duration = TimeSpan.FromSeconds(60),
                    ExternalId = "leg 2",
                },
            ],
            Cancellation
        );
        TimeRange day = new(nine.AddHours(-9), nine.AddHours(15));
        Assert.Equal(
            new MemberActivity(answered, 1, 1, 0, 0, 60),
            Assert.Single((await admin.Dashboards.MemberActivityAsync(day, Cancellation)).Rows)
        );
        LineActivity line = Assert.Single((await admin.Dashboards.LineActivityAsync(day, Cancellation)).Rows);
        Assert.NotNull(line.Line);
        Assert.Equal((1, 1, 60), (line.InboundCalls, line.AnsweredCalls, line.TalkSeconds));
        AnswerRatePoint rate = Assert.Single(
            (await admin.Dashboards.AnswerRateAsync(day, Grain.Day, Cancellation)).Rows
        );
        Assert.Equal((1, 1, 0, 1.0), (rate.Calls, rate.Answered, rate.Missed, rate.AnsweredShare));
    }

    static bool IsAnswered(EventRecord r) => r.Outcome is EventOutcome.Completed;

    static bool IsMissed(EventRecord r) =>
        r.Outcome is EventOutcome.Missed or EventOutcome.Busy or EventOutcome.Failed or EventOutcome.Rejected;
}
