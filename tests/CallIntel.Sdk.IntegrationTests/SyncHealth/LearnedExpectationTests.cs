using CallIntel.Sdk.SyncHealth;
using CallIntel.Sdk.Tenancy;

namespace CallIntel.Sdk.IntegrationTests.SyncHealth;

/// <summary>
/// Tests that expectations are learned from the same hour of at least four earlier weeks, and that one bad week does
/// not change them.
/// </summary>
public sealed class LearnedExpectationTests(DatabaseFixture fixture) : IClassFixture<DatabaseFixture>
{
    /// <summary>A Wednesday.</summary>
    static readonly DateTimeOffset Night = new(2026, 6, 10, 3, 5, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(3, 0, SourceState.Ok)] // too few weeks
    [InlineData(4, 0, SourceState.ZeroRows)]
    [InlineData(4, 1, SourceState.Ok)] // a quarter of the weeks had nothing either
    [InlineData(8, 1, SourceState.ZeroRows)] // one bad week in eight
    [InlineData(8, 4, SourceState.Ok)]
    public async Task A_run_without_new_records_at_a_usually_busy_hour_is_reported_as_zero_rows(
        int weeks,
        int empty,
        SourceState expected
    )
    {
        RunHistory history = await RunHistory.CreateAsync(fixture, $"zero {weeks} {empty}");
        for (int week = 1; week <= weeks; week++)
            await history.RunAsync(Night.AddDays(-7 * week), read: week <= empty ? 0 : 500);
        // the same night, an hour that brings nothing
        await history.RunAsync(Night.AddHours(1), read: 0);
        await history.RunAsync(Night, read: 20, duplicate: 20);

        StreamHealth health = await history.AtAsync(Night.AddMinutes(2));
        Assert.Equal(expected, health.State);
        if (expected == SourceState.ZeroRows)
            Assert.Equal(
                (
                    "nothing_new",
                    "The last run succeeded but brought no new records; at this hour of the week it usually "
                        + "brings 500 or more.",
                    500
                ),
                (Assert.Single(health.Reasons).Code, health.Reasons[0].Text, health.ExpectedRows)
            );
        Assert.Equal(SourceState.Ok, await history.StateAtAsync(Night.AddHours(1).AddMinutes(2)));
    }

    [Fact]
    public async Task Several_runs_per_hour_are_compared_with_as_many_earlier_runs()
    {
        RunHistory history = await RunHistory.CreateAsync(fixture, "polls");
        for (int week = 1; week <= 5; week++)
        for (int poll = 0; poll < 4; poll++)
            await history.RunAsync(Night.AddDays(-7 * week).AddMinutes(10 * poll), read: poll == 2 ? 3 : 0);
        for (int poll = 0; poll < 4; poll++)
            await history.RunAsync(Night.AddMinutes(10 * poll), read: 0);

        Assert.Equal(SourceState.Ok, await history.StateAtAsync(Night.AddMinutes(2)));
        Assert.Equal(SourceState.Ok, await history.StateAtAsync(Night.AddMinutes(12)));
        Assert.Equal(SourceState.ZeroRows, await history.StateAtAsync(Night.AddMinutes(22)));
        Assert.Equal(SourceState.ZeroRows, await history.StateAtAsync(Night.AddMinutes(32)));
        await history.RunAsync(Night.AddMinutes(40), read: 1);
        Assert.Equal(SourceState.Ok, await history.StateAtAsync(Night.AddMinutes(42)));
    }

    [Fact]
    public async Task A_working_day_source_can_be_silent_at_the_weekend_but_not_on_a_Tuesday()
    {
        RunHistory history = await RunHistory.CreateAsync(fixture, "working days");
        DateTimeOffset monday = Night.AddDays(-2);
        for (int week = 1; week <= 6; week++)
        for (int day = 0; day < 5; day++)
            if ((week, day) is not (3, 1)) // a night that was missed
                await history.RunAsync(monday.AddDays((-7 * week) + day));
        DateTimeOffset friday = monday.AddDays(-3).AddMinutes(1);

        StreamHealth weekend = await history.AtAsync(friday.AddHours(89));
        Assert.Equal((SourceState.Ok, TimeSpan.FromHours(90)), (weekend.State, weekend.ExpectedEvery));
        Assert.Equal(SourceState.Late, await history.StateAtAsync(friday.AddHours(91)));
        Assert.Equal(SourceState.Stale, await history.StateAtAsync(friday.AddHours(271)));

        await history.RunAsync(monday);
        DateTimeOffset finish = monday.AddMinutes(1);
        StreamHealth week0 = await history.AtAsync(finish.AddHours(29));
        Assert.Equal(
            (SourceState.Ok, TimeSpan.FromHours(30), finish.AddHours(30)),
            (week0.State, week0.ExpectedEvery, week0.DueAt)
        );
        Assert.Equal(SourceState.Late, await history.StateAtAsync(finish.AddHours(31)));
    }

    [Fact]
    public async Task Three_weeks_of_history_are_not_enough_to_learn_a_schedule()
    {
        RunHistory history = await RunHistory.CreateAsync(fixture, "three weeks");
        for (int day = 21; day >= 0; day--)
            await history.RunAsync(Night.AddDays(-day));
        StreamHealth health = await history.AtAsync(Night.AddDays(20));
        Assert.Equal((SourceState.Ok, null), (health.State, health.ExpectedEvery));
    }

    [Fact]
    public async Task Unusually_old_events_are_lagging_and_a_configured_expectation_takes_precedence()
    {
        RunHistory history = await RunHistory.CreateAsync(fixture, "lag");
        for (int week = 1; week <= 4; week++)
            await history.RunAsync(Night.AddDays(-7 * week), lag: TimeSpan.FromMinutes(week == 2 ? 600 : 20));
        await history.RunAsync(Night, lag: TimeSpan.FromMinutes(40));
        await history.RunAsync(Night.AddMinutes(10), lag: TimeSpan.FromMinutes(41));

        StreamHealth before = await history.AtAsync(Night.AddMinutes(2));
        Assert.Equal((SourceState.Ok, TimeSpan.FromMinutes(40)), (before.State, before.ExpectedLag));
        Assert.Equal(SourceState.Lagging, await history.StateAtAsync(Night.AddMinutes(12)));

        await using OrgSession admin = await history.Org.OpenSessionAsync(
            OrgRole.Admin,
            TestContext.Current.CancellationToken
        );
        await admin.SyncHealth.ExpectAsync(
            "pbx",
            new SourceExpectation(Lag: TimeSpan.FromHours(1)),
            TestContext.Current.CancellationToken
        );
        Assert.Equal(SourceState.Ok, await history.StateAtAsync(Night.AddMinutes(12)));
    }
}
