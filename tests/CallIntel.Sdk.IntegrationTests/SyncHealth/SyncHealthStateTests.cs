using CallIntel.Sdk.SyncHealth;

namespace CallIntel.Sdk.IntegrationTests.SyncHealth;

/// <summary>Tests each state immediately before and after its rule applies.</summary>
public sealed class SyncHealthStateTests(DatabaseFixture fixture) : IClassFixture<DatabaseFixture>
{
    static readonly DateTimeOffset Noon = new(2026, 2, 11, 12, 0, 0, TimeSpan.Zero);
    static readonly DateTimeOffset Finish = Noon.AddMinutes(1);
    static readonly TimeSpan Hour = TimeSpan.FromHours(1),
        Tick = TimeSpan.FromMicroseconds(1);

    [Fact]
    public async Task Data_is_late_after_one_interval_and_stale_after_three()
    {
        RunHistory history = await RunHistory.CreateAsync(fixture, "overdue", every: Hour);
        await history.RunAsync(Noon);

        StreamHealth due = await history.AtAsync(Finish + Hour);
        Assert.Equal((SourceState.Ok, Finish + Hour, Finish), (due.State, due.DueAt, due.SucceededAt));
        Assert.Empty(due.Reasons);
        StreamHealth late = await history.AtAsync(Finish + Hour + Tick);
        Assert.Equal((SourceState.Late, "overdue"), (late.State, Assert.Single(late.Reasons).Code));
        Assert.Equal(
            "The last fresh data arrived 01:00:00 ago; fresh data is due every 01:00:00.",
            late.Reasons[0].Text
        );
        Assert.Equal(SourceState.Late, await history.StateAtAsync(Finish + (3 * Hour)));
        StreamHealth stale = await history.AtAsync(Finish + (3 * Hour) + Tick);
        Assert.Equal((SourceState.Stale, "overdue_long"), (stale.State, Assert.Single(stale.Reasons).Code));
    }

    [Fact]
    public async Task A_stream_without_a_configured_or_learned_expectation_is_never_late()
    {
        RunHistory history = await RunHistory.CreateAsync(fixture, "no expectation");
        await history.RunAsync(Noon);
        StreamHealth later = await history.AtAsync(Noon.AddYears(1));
        Assert.Equal((SourceState.Ok, null, null), (later.State, later.DueAt, later.ExpectedEvery));
    }

    [Fact]
    public async Task A_failing_stream_stays_failing_until_a_run_succeeds()
    {
        RunHistory history = await RunHistory.CreateAsync(fixture, "failing", every: Hour);
        await history.RunAsync(Noon);
        await history.RunAsync(Noon.AddHours(1), status: 3, error: "CI0010");
        await history.RunAsync(Noon.AddHours(2), status: 3, error: "source_failed");
        await history.RunAsync(Noon.AddHours(6), status: 1);

        Assert.Equal(SourceState.Ok, await history.StateAtAsync(Noon.AddMinutes(10)));
        StreamHealth once = await history.AtAsync(Noon.AddMinutes(61.5));
        Assert.Equal(
            (SourceState.Failing, 1, "CI0010", false),
            (once.State, once.Failures, once.ErrorCode, once.Running)
        );
        StreamHealth retrying = await history.AtAsync(Noon.AddHours(6).AddSeconds(10));
        Assert.Equal(
            (SourceState.Failing, 2, "source_failed", true),
            (retrying.State, retrying.Failures, retrying.ErrorCode, retrying.Running)
        );
        Assert.Equal(["run_failed", "overdue_long"], retrying.Reasons.Select(r => r.Code));
        Assert.Equal(
            "Runs that failed since the last success: 2. The last error code is source_failed.",
            retrying.Reasons[0].Text
        );

        await history.RunAsync(Noon.AddHours(7));
        StreamHealth healed = await history.AtAsync(Noon.AddHours(7).AddMinutes(2));
        Assert.Equal((SourceState.Ok, 0, null), (healed.State, healed.Failures, healed.ErrorCode));
    }

    [Theory]
    [InlineData(10)]
    [InlineData(300)]
    public async Task A_run_is_hung_after_three_missed_heartbeats_and_failed_after_ten(int seconds)
    {
        TimeSpan heartbeat = TimeSpan.FromSeconds(seconds);
        RunHistory history = await RunHistory.CreateAsync(fixture, $"silent {seconds}");
        await history.RunAsync(Noon.AddDays(-1));
        await history.RunAsync(Noon, status: 1, silentAfter: Hour, heartbeat: heartbeat);
        DateTimeOffset last = Noon + Hour;

        StreamHealth alive = await history.AtAsync(last + (3 * heartbeat));
        Assert.Equal((SourceState.Ok, true), (alive.State, alive.Running));
        StreamHealth hung = await history.AtAsync(last + (3 * heartbeat) + Tick);
        Assert.Equal(
            (SourceState.Hung, true, 0, "run_silent"),
            (hung.State, hung.Running, hung.Failures, Assert.Single(hung.Reasons).Code)
        );
        Assert.Equal(SourceState.Hung, await history.StateAtAsync(last + (10 * heartbeat)));
        StreamHealth dead = await history.AtAsync(last + (10 * heartbeat) + Tick);
        Assert.Equal(
            (SourceState.Failing, false, 1, "run_died"),
            (dead.State, dead.Running, dead.Failures, Assert.Single(dead.Reasons).Code)
        );
        Assert.Contains("2026-02-11 12:00 UTC", dead.Reasons[0].Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stream_that_rejects_over_one_record_in_twenty_is_rejecting_until_a_run_rejects_fewer()
    {
        RunHistory history = await RunHistory.CreateAsync(fixture, "rejecting");
        await history.RunAsync(Noon, read: 100, rejected: 5);
        await history.RunAsync(Noon.AddHours(1), read: 100, rejected: 6);
        await history.RunAsync(Noon.AddHours(2), read: 0, status: 1);
        await history.RunAsync(Noon.AddHours(3), read: 40, rejected: 2);

        Assert.Equal(SourceState.Ok, await history.StateAtAsync(Noon.AddMinutes(5)));
        StreamHealth rejecting = await history.AtAsync(Noon.AddMinutes(65));
        Assert.Equal(
            (SourceState.Rejecting, new HealthReason("many_rejects", "Of 100 records 6 were rejected.")),
            (rejecting.State, Assert.Single(rejecting.Reasons))
        );
        Assert.Equal(SourceState.Rejecting, await history.StateAtAsync(Noon.AddHours(2).AddSeconds(5)));
        Assert.Equal(SourceState.Ok, await history.StateAtAsync(Noon.AddHours(3).AddMinutes(5)));
    }

    [Fact]
    public async Task Events_older_than_the_configured_limit_are_lagging()
    {
        RunHistory history = await RunHistory.CreateAsync(fixture, "lagging", lag: Hour);
        await history.RunAsync(Noon, lag: Hour);
        await history.RunAsync(Noon.AddHours(1), lag: Hour + Tick);
        await history.RunAsync(Noon.AddHours(2), read: 10, duplicate: 10, lag: 9 * Hour);

        Assert.Equal(SourceState.Ok, await history.StateAtAsync(Noon.AddMinutes(5)));
        StreamHealth lagging = await history.AtAsync(Noon.AddMinutes(65));
        Assert.Equal(
            (SourceState.Lagging, "behind", Hour),
            (lagging.State, Assert.Single(lagging.Reasons).Code, lagging.ExpectedLag)
        );
        // nothing new came: that says nothing about how late events come
        Assert.Equal(SourceState.Ok, await history.StateAtAsync(Noon.AddMinutes(125)));
    }

    [Fact]
    public async Task Sync_health_at_a_past_time_ignores_later_runs()
    {
        RunHistory history = await RunHistory.CreateAsync(fixture, "past");
        await history.RunAsync(Noon);
        await history.RunAsync(Noon.AddHours(1), status: 3, error: "CI0010");

        StreamHealth before = await history.AtAsync(Noon - Tick);
        Assert.Equal((SourceState.NeverRun, "never_run"), (before.State, Assert.Single(before.Reasons).Code));
        StreamHealth during = await history.AtAsync(Noon.AddSeconds(20));
        Assert.Equal((SourceState.Ok, true, null), (during.State, during.Running, during.SucceededAt));
        Assert.Equal(
            (SourceState.Ok, true),
            (
                await history.AtAsync(Noon.AddHours(1).AddSeconds(20)) is var second
                    ? (second.State, second.Running)
                    : default
            )
        );
        Assert.Equal(SourceState.Failing, await history.StateAtAsync(Noon.AddHours(2)));
    }
}
