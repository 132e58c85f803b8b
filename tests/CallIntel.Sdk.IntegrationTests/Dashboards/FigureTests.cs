using System.Numerics;
using CallIntel.Sdk.Dashboards;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Tenancy;

namespace CallIntel.Sdk.IntegrationTests.Dashboards;

/// <summary>Compares every dashboard result with a second, simple computation over the generated records.</summary>
public sealed class FigureTests(DatabaseFixture fixture) : IClassFixture<DatabaseFixture>
{
    static readonly TimeSpan Window = TimeSpan.FromHours(24);

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<int> Seeds => [11, 12, 13, 14];

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Busiest_hours_match_a_recount_of_the_records(int seed)
    {
        GeneratedTraffic traffic = await IngestAsync(seed);
        await using OrgSession session = await traffic.Org.OpenSessionAsync(OrgRole.Viewer, Cancellation);
        foreach (TimeRange range in Ranges.Each)
        {
            foreach (string zone in new[] { "UTC", "Europe/Copenhagen", "Asia/Kathmandu" })
            {
                BusyHour[] expected =
                [
                    .. from r in traffic.Records
                    where range.Holds(r)
                    let local = Zones.Local(r.OccurredAt, zone)
                    group r by (local.DayOfWeek, local.Hour) into g
                    orderby g.Count() descending, g.Key.DayOfWeek, g.Key.Hour
                    select new BusyHour(g.Key.DayOfWeek, g.Key.Hour, g.Count()),
                ];
                Assert.Equal(expected, (await session.Dashboards.BusiestHoursAsync(range, zone, Cancellation)).Rows);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Top_contacts_match_a_recount_of_the_records(int seed)
    {
        GeneratedTraffic traffic = await IngestAsync(seed);
        await using OrgSession session = await traffic.Org.OpenSessionAsync(OrgRole.Viewer, Cancellation);
        foreach (TimeRange range in Ranges.Each)
        {
            ContactVolume[] expected =
            [
                .. from r in traffic.Records
                where range.Holds(r) && r.Party is not null
                group r by traffic.ContactOf(r)!.Value into g
                let talk = g.Sum(r => (long)(r.Duration?.TotalSeconds ?? 0))
                orderby g.Count() descending, talk descending, g.Key.Value
                select new ContactVolume(g.Key, g.Count(), talk, g.Max(r => r.OccurredAt)),
            ];
            foreach (int count in new[] { 5, 1_000 })
            {
                ContactVolume[] shown = [.. expected.Where(c => c.Events >= DashboardReader.SmallestGroup).Take(count)];
                ContactVolume[] others = [.. expected.Except(shown)];
                ContactVolume[] other =
                    others.Length == 0
                        ? []
                        : [new ContactVolume(null, others.Sum(c => c.Events), others.Sum(c => c.TalkSeconds), null)];
                Assert.Equal(
                    [.. shown, .. other],
                    (await session.Dashboards.TopContactsAsync(range, count, Cancellation)).Rows
                );
            }
        }
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Unanswered_calls_match_a_recount_of_the_records(int seed)
    {
        GeneratedTraffic traffic = await IngestAsync(seed);
        await using OrgSession session = await traffic.Org.OpenSessionAsync(OrgRole.Viewer, Cancellation);
        EventRecord[] calls = [.. traffic.Records.Where(r => r.Channel is EventChannel.Call)];
        foreach (TimeRange range in Ranges.Each)
        {
            foreach (string zone in new[] { "UTC", "Europe/Copenhagen" })
            {
                UnansweredDay[] expected =
                [
                    .. from r in calls
                    where range.Holds(r) && r.Direction is EventDirection.Inbound
                    group r by DateOnly.FromDateTime(Zones.Local(r.OccurredAt, zone).DateTime) into g
                    orderby g.Key
                    let unanswered = g.Where(IsUnanswered).ToList()
                    let waits = unanswered.Select(r => SecondsToNext(r, calls)).OfType<double>().ToList()
                    select new UnansweredDay(g.Key, g.Count(), unanswered.Count, waits.Count, Percentile(waits, 0.5)),
                ];
                IReadOnlyList<UnansweredDay> rows = (
                    await session.Dashboards.UnansweredCallsAsync(range, zone, Cancellation)
                ).Rows;
                Assert.Equal(expected.Select(Rounded), rows.Select(Rounded));
                Assert.All(rows, row => Assert.Equal((double)row.Unanswered / row.Calls, row.UnansweredShare));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Response_times_match_a_recount_of_the_records(int seed)
    {
        GeneratedTraffic traffic = await IngestAsync(seed);
        await using OrgSession session = await traffic.Org.OpenSessionAsync(OrgRole.Viewer, Cancellation);
        EventRecord[] messages =
        [
            .. traffic.Records.Where(r => r.Channel is EventChannel.Sms or EventChannel.Mms && r.Party is not null),
        ];
        foreach (TimeRange range in Ranges.Each)
        {
            List<EventRecord> waiting = [];
            foreach (IGrouping<string?, EventRecord> thread in messages.GroupBy(r => r.Party))
            {
                EventRecord? before = null;
                foreach (
                    EventRecord r in thread
                        .OrderBy(r => r.OccurredAt)
                        .ThenBy(r => EventId.From(r.OccurredAt, "generated", r.ExternalId))
                )
                {
                    bool goesOn =
                        before is { Direction: EventDirection.Inbound } && r.OccurredAt - before.OccurredAt <= Window;
                    if (r.Direction is EventDirection.Inbound && !goesOn && range.Holds(r))
                        waiting.Add(r);
                    before = r;
                }
            }
            List<double> answers = [.. waiting.Select(r => SecondsToNext(r, messages)).OfType<double>()];
            ResponseTimes row = Assert.Single((await session.Dashboards.ResponseTimesAsync(range, Cancellation)).Rows);
            Assert.Equal((waiting.Count, answers.Count), (row.Messages, row.Answered));
            Assert.Equal(Percentile(answers, 0.5) ?? -1, row.MedianSeconds ?? -1, 1e-6);
            Assert.Equal(Percentile(answers, 0.9) ?? -1, row.P90Seconds ?? -1, 1e-6);
        }
    }

    Task<GeneratedTraffic> IngestAsync(int seed) =>
        GeneratedTraffic.IngestAsync(fixture.Database, seed, 2_500, Cancellation);

    static bool IsUnanswered(EventRecord r) =>
        r.Outcome is EventOutcome.Missed or EventOutcome.Busy or EventOutcome.Failed or EventOutcome.Rejected;

    static double? SecondsToNext(EventRecord record, EventRecord[] among) =>
        record.Party is null
            ? null
            : RoundedWait(
                among
                    .Where(r =>
                        r.Party == record.Party
                        && r.Direction is EventDirection.Outbound
                        && r.OccurredAt > record.OccurredAt
                        && r.OccurredAt <= record.OccurredAt + Window
                    )
                    .Min(r => (double?)(r.OccurredAt - record.OccurredAt).TotalSeconds)
            );

    /// <summary>To seconds below 128, and to the middle of 64 steps between powers of two beyond.</summary>
    static double? RoundedWait(double? seconds)
    {
        if (seconds is null)
            return null;
        int whole = (int)Math.Round(seconds.Value);
        int step = Math.Max(0, BitOperations.Log2((uint)whole) - 6);
        int rounded = step == 0 ? whole : (whole >> step << step) + (1 << (step - 1));
        Assert.True(Math.Abs(rounded - seconds.Value) <= Math.Max(0.5, seconds.Value / 128 + 0.5));
        return rounded;
    }

    static double? Percentile(List<double> values, double fraction)
    {
        if (values.Count == 0)
            return null;
        double[] sorted = [.. values.Order()];
        double position = fraction * (sorted.Length - 1);
        int below = (int)position;
        return below == sorted.Length - 1
            ? sorted[below]
            : sorted[below] + ((position - below) * (sorted[below + 1] - sorted[below]));
    }

    static UnansweredDay Rounded(UnansweredDay day) =>
        day with
        {
            MedianSecondsToCallBack = day.MedianSecondsToCallBack is { } median ? Math.Round(median, 6) : null,
        };
}
