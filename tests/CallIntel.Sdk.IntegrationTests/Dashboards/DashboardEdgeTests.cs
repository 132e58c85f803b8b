using CallIntel.Sdk.Dashboards;
using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion;
using CallIntel.Sdk.SyncHealth;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using Microsoft.Extensions.Time.Testing;

namespace CallIntel.Sdk.IntegrationTests.Dashboards;

public sealed class DashboardEdgeTests(DatabaseFixture fixture) : IClassFixture<DatabaseFixture>
{
    static readonly DateTimeOffset Noon = new(2026, 2, 10, 12, 0, 0, TimeSpan.Zero);

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_org_without_events_has_empty_dashboards_and_no_freshness()
    {
        TestOrg org = await fixture.Database.CreateOrgAsync("empty", Cancellation);
        await using OrgSession session = await org.OpenSessionAsync(OrgRole.Viewer, Cancellation);
        DashboardReader dashboards = session.Dashboards;

        DashboardAnswer<VolumePoint> volume = await dashboards.VolumeAsync(Ranges.All, Grain.Day, Cancellation);
        Assert.Empty(volume.Rows);
        Assert.Null(volume.AsOf);
        Assert.Equal(SourceState.NeverRun, volume.WorstState);
        Assert.Empty((await dashboards.BusiestHoursAsync(Ranges.All, cancellationToken: Cancellation)).Rows);
        Assert.Empty((await dashboards.TopContactsAsync(Ranges.All, 10, Cancellation)).Rows);
        Assert.Empty((await dashboards.UnansweredCallsAsync(Ranges.All, cancellationToken: Cancellation)).Rows);
        Assert.Equal(
            new ResponseTimes(0, 0, null, null),
            Assert.Single((await dashboards.ResponseTimesAsync(Ranges.All, Cancellation)).Rows)
        );
    }

    [Fact]
    public async Task A_range_includes_its_start_and_excludes_its_end()
    {
        TestOrg org = await fixture.Database.CreateOrgAsync("borders", Cancellation);
        DateTimeOffset month = new(2026, 2, 1, 0, 0, 0, TimeSpan.Zero);
        TimeSpan microsecond = TimeSpan.FromMicroseconds(1);
        await IngestAsync(
            org,
            [
                month - microsecond,
                month,
                month + microsecond,
                month + (2 * microsecond),
                month + TimeSpan.FromMilliseconds(1),
            ]
        );
        await using OrgSession session = await org.OpenSessionAsync(OrgRole.Viewer, Cancellation);

        Assert.Equal(2, await CountAsync(session, new TimeRange(month, month + (2 * microsecond))));
        Assert.Equal(3, await CountAsync(session, new TimeRange(month + microsecond, month.AddDays(1))));
        Assert.Equal(1, await CountAsync(session, new TimeRange(month.AddDays(-1), month)));
        Assert.Equal(5, await CountAsync(session, new TimeRange(month.AddDays(-1), month.AddDays(1))));
        Assert.Equal(0, await CountAsync(session, new TimeRange(month.AddYears(1), month.AddYears(2))));
        Assert.Equal(
            0,
            await CountAsync(session, new TimeRange(DateTimeOffset.MinValue, DateTimeOffset.MinValue.AddDays(1)))
        );
        Assert.Equal(
            0,
            await CountAsync(session, new TimeRange(DateTimeOffset.MaxValue.AddYears(-1), DateTimeOffset.MaxValue))
        );
        Assert.Equal(
            0,
            (
                await session.Dashboards.ResponseTimesAsync(
                    new TimeRange(DateTimeOffset.MaxValue.AddYears(-1), DateTimeOffset.MaxValue),
                    Cancellation
                )
            )
                .Rows[0]
                .Messages
        );
    }

    /// <summary>
    /// Events are counted by the quarter of an hour first. In a POSIX zone midnight may fall inside one.
    /// </summary>
    [Fact]
    public async Task Days_are_separated_at_a_midnight_inside_a_quarter_of_an_hour()
    {
        const string zone = "<-1040>10:40";
        TestOrg org = await fixture.Database.CreateOrgAsync("midnight", Cancellation);
        DateTimeOffset midnight = new(2026, 2, 10, 10, 40, 0, TimeSpan.Zero);
        await IngestAsync(org, [midnight.AddMinutes(-2), midnight.AddMinutes(2), midnight.AddMinutes(3)]);
        await using OrgSession session = await org.OpenSessionAsync(OrgRole.Viewer, Cancellation);
        DateTime from = midnight.AddDays(-1).UtcDateTime,
            to = midnight.AddDays(1).UtcDateTime;

        List<long> days = await session
            .QueryAsync(
                "select events from callintel.count_events($1, $2, 'day', $3) order by bucket",
                row => row.GetInt64(0),
                [from, to, zone],
                cancellationToken: Cancellation
            )
            .ToListAsync(Cancellation);
        List<long> hours = await session
            .QueryAsync(
                "select events from callintel.count_events_by_hour($1, $2, $3) order by day_of_week, hour_of_day",
                row => row.GetInt64(0),
                [from, to, zone],
                cancellationToken: Cancellation
            )
            .ToListAsync(Cancellation);

        Assert.Equal([1, 2], days);
        Assert.Equal([1, 2], hours);
    }

    [Fact]
    public async Task Dashboard_results_report_the_freshness_of_their_sources()
    {
        TestOrg org = await fixture.Database.CreateOrgAsync("fresh", Cancellation);
        DateTimeOffset before = TimeProvider.System.GetUtcNow().AddMinutes(-1);
        await IngestAsync(org, [Noon], "first");
        await using OrgSession session = await org.OpenSessionAsync(OrgRole.Viewer, Cancellation);
        DashboardAnswer<BusyHour> first = await session.Dashboards.BusiestHoursAsync(
            Ranges.All,
            cancellationToken: Cancellation
        );
        Assert.Equal(SourceState.Ok, first.WorstState);
        Assert.InRange(first.AsOf!.Value, before, TimeProvider.System.GetUtcNow().AddMinutes(1));

        // a source that failed after one batch: as fresh as its last event, and failing
        await Assert.ThrowsAsync<InvalidDataException>(() => IngestAsync(org, Broken(), "second"));
        DashboardAnswer<BusyHour> second = await session.Dashboards.BusiestHoursAsync(
            Ranges.All,
            cancellationToken: Cancellation
        );
        Assert.Equal(SourceState.Failing, second.WorstState);
        Assert.Equal(Noon, second.AsOf);
        Assert.Equal(2, Assert.Single(second.Rows).Events);

        static IEnumerable<DateTimeOffset> Broken()
        {
            yield return Noon;
            throw new InvalidDataException();
        }
    }

    [Theory]
    [InlineData("Mars/Olympus_Mons")]
    [InlineData("Europe/Kobenhavn")]
    [InlineData("CET")]
    [InlineData("UTC+3")]
    [InlineData("Foo/3")]
    [InlineData("Etc/GMT+13")]
    [InlineData("UTC\n")]
    [InlineData("")]
    public async Task An_unknown_time_zone_is_rejected_even_without_events(string zone)
    {
        await using OrgSession session = await fixture.Own.OpenSessionAsync(OrgRole.Viewer, Cancellation);
        foreach (TimeRange range in Ranges.Each)
        {
            Func<Task>[] calls =
            [
                () => session.Dashboards.VolumeAsync(range, Grain.Day.In(zone), Cancellation),
                () => session.Dashboards.BusiestHoursAsync(range, zone, Cancellation),
                () => session.Dashboards.UnansweredCallsAsync(range, zone, Cancellation),
            ];
            foreach (Func<Task> call in calls)
                Assert.Equal(ErrorCodes.UnknownTimeZone, (await Assert.ThrowsAsync<CallIntelException>(call)).Code);
        }
    }

    [Theory]
    [InlineData("UTC")]
    [InlineData("Etc/GMT-14")]
    [InlineData("America/Port-au-Prince")]
    [InlineData("America/Argentina/Buenos_Aires")]
    public async Task IANA_time_zone_names_are_accepted(string zone)
    {
        await using OrgSession session = await fixture.Own.OpenSessionAsync(OrgRole.Viewer, Cancellation);
        Assert.Empty((await session.Dashboards.VolumeAsync(Ranges.All, Grain.Week.In(zone), Cancellation)).Rows);
    }

    [Fact]
    public async Task Empty_and_unbounded_ranges_are_rejected()
    {
        await using OrgSession session = await fixture.Own.OpenSessionAsync(OrgRole.Viewer, Cancellation);
        Func<object>[] calls =
        [
            () => new TimeRange(Noon, Noon),
            () => new TimeRange(Noon, Noon.AddTicks(-1)),
            () => new TimeRange(Noon, Noon.AddYears(20).AddTicks(1)),
            () => TimeRange.LastDays(0),
            () => TimeRange.LastDays(int.MinValue),
            () => TimeRange.LastDays(int.MaxValue),
            () => session.Dashboards.VolumeAsync(default, Grain.Day, Cancellation),
            () => EventFilter.All.InRange(default),
        ];
        Assert.All(calls, call =>
            Assert.Equal(ErrorCodes.InvalidTimeRange, Assert.Throws<CallIntelException>(() => _ = call()).Code)
        );
        Assert.Throws<ArgumentOutOfRangeException>(() =>
        {
            _ = session.Dashboards.TopContactsAsync(Ranges.All, 0, Cancellation);
        });
    }

    [Fact]
    public void A_range_of_the_last_days_ends_now()
    {
        TimeRange range = TimeRange.LastDays(30, new FakeTimeProvider(Noon));
        Assert.Equal((Noon.AddDays(-30), Noon), (range.From, range.To));
    }

    static async Task<long> CountAsync(OrgSession session, TimeRange range) =>
        (await session.Dashboards.VolumeAsync(range, Grain.Month, Cancellation)).Rows.Sum(r => r.Events);

    static async Task IngestAsync(TestOrg org, IEnumerable<DateTimeOffset> times, string source = "borders")
    {
        await using OrgSession admin = await org.OpenSessionAsync(OrgRole.Admin, Cancellation);
        IEnumerable<EventRecord> records = times.Select(time => new EventRecord
        {
            OccurredAt = time,
            Channel = EventChannel.Sms,
            Direction = EventDirection.Inbound,
            Party = "+4520123456",
        });
        await admin.Ingestion.IngestAsync(
            new IngestSource(source),
            records.ToAsyncEnumerable(),
            new IngestOptions { BatchSize = 1 },
            Cancellation
        );
    }
}
