using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion;
using CallIntel.Sdk.IntegrationTests.Ingestion;
using CallIntel.Sdk.SyncHealth;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;

namespace CallIntel.Sdk.IntegrationTests.SyncHealth;

/// <summary>
/// Tests how sync health rates single writes: they need no heartbeats, and each of them makes the stream fresh.
/// </summary>
public sealed class RollingRunTests(DatabaseFixture fixture) : IClassFixture<DatabaseFixture>
{
    static readonly IngestSource Source = new("hooks", "twilio");
    static readonly TimeSpan Hour = TimeSpan.FromHours(1),
        Second = TimeSpan.FromSeconds(1);
    static readonly EventRecord[] Records = [.. GeneratedRecords.Take(40)];

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_quiet_rolling_run_never_becomes_hung_or_failed()
    {
        await using OrgSession session = await OpenAsync("quiet");
        await session.Ingestion.WriteAsync(Source, [Records[0]], Cancellation);
        DateTimeOffset delivered = (await HealthAsync(session)).SucceededAt!.Value;
        foreach (
            TimeSpan later in new[]
            {
                TimeSpan.Zero,
                TimeSpan.FromMinutes(2),
                TimeSpan.FromMinutes(6),
                TimeSpan.FromDays(30),
            }
        )
        {
            StreamHealth health = await HealthAsync(session, delivered + later);
            Assert.Equal((SourceState.Ok, false, delivered), (health.State, health.Running, health.SucceededAt));
            Assert.Empty(health.Reasons);
        }
    }

    [Fact]
    public async Task A_stream_becomes_late_and_stale_by_its_last_record_not_by_the_start_of_the_run()
    {
        await using OrgSession session = await OpenAsync("due");
        await session.Ingestion.WriteAsync(Source, [Records[0]], Cancellation);
        await session.SyncHealth.ExpectAsync(Source.Name, new SourceExpectation(Every: Hour), Cancellation);
        DateTimeOffset first = (await HealthAsync(session)).SucceededAt!.Value;
        await session.Ingestion.WriteAsync(Source, [Records[1]], Cancellation);
        DateTimeOffset last = (await HealthAsync(session)).SucceededAt!.Value;
        Assert.True(last > first);

        Assert.Equal(SourceState.Ok, (await HealthAsync(session, first + Hour)).State);
        // the stream's own mark is a moment after the run's
        Assert.Equal(SourceState.Ok, (await HealthAsync(session, last + Hour)).State);
        StreamHealth late = await HealthAsync(session, last + Hour + Second);
        Assert.Equal((SourceState.Late, "overdue"), (late.State, Assert.Single(late.Reasons).Code));
        StreamHealth stale = await HealthAsync(session, last + (3 * Hour) + Second);
        Assert.Equal(
            (SourceState.Stale, "overdue_long", 0),
            (stale.State, Assert.Single(stale.Reasons).Code, stale.Failures)
        );
    }

    [Fact]
    public async Task Many_rejected_records_are_reported_until_valid_ones_outnumber_them()
    {
        await using OrgSession session = await OpenAsync("refused");
        await session.Ingestion.WriteAsync(
            Source,
            [Records[0], Records[1] with { OccurredAt = default }],
            Cancellation
        );
        Assert.Equal((SourceState.Rejecting, "many_rejects"), await StateAsync(session));
        await session.Ingestion.WriteAsync(Source, Records, Cancellation);
        Assert.Equal((SourceState.Ok, null), await StateAsync(session));
    }

    [Fact]
    public async Task A_failed_write_throws_to_its_caller_and_does_not_change_the_stream()
    {
        await using OrgSession session = await OpenAsync("failing");
        await session.Ingestion.WriteAsync(Source, [Records[0]], Cancellation);
        await session.SyncHealth.ExpectAsync(Source.Name, new SourceExpectation(Every: Hour), Cancellation);
        StreamHealth before = await HealthAsync(session);
        await FailAsync(session);

        StreamHealth after = await HealthAsync(session, before.SucceededAt!.Value + (2 * Hour));
        Assert.Equal(
            (SourceState.Late, 0, null, before.SucceededAt),
            (after.State, after.Failures, after.ErrorCode, after.SucceededAt)
        );
    }

    [Fact]
    public async Task A_failed_first_write_leaves_no_failed_run()
    {
        await using OrgSession session = await OpenAsync("first fails");
        await FailAsync(session);
        StreamHealth health = await HealthAsync(session, TimeProvider.System.GetUtcNow() + Hour);
        Assert.Equal((SourceState.NeverRun, false, 0), (health.State, health.Running, health.Failures));

        await session.Ingestion.WriteAsync(Source, [Records[0]], Cancellation);
        Assert.Equal(SourceState.Ok, (await HealthAsync(session, TimeProvider.System.GetUtcNow() + Hour)).State);
    }

    [Fact]
    public async Task A_successful_write_clears_the_failure_of_an_earlier_batch_run()
    {
        await using OrgSession session = await OpenAsync("healed");
        await Assert.ThrowsAsync<InvalidOperationException>(() =>
            session.Ingestion.IngestAsync(Source, Broken(), cancellationToken: Cancellation)
        );
        Assert.Equal((SourceState.Failing, "run_failed"), await StateAsync(session));
        await session.Ingestion.WriteAsync(Source, [Records[0]], Cancellation);
        Assert.Equal((SourceState.Ok, null), await StateAsync(session));

        static async IAsyncEnumerable<EventRecord> Broken()
        {
            await Task.Yield();
            yield return Records[1];
            throw new InvalidOperationException("the source broke");
        }
    }

    /// <summary>More than a write may hold, which shows only after the run was registered.</summary>
    static async Task FailAsync(OrgSession session)
    {
        string megabyte = new('x', 1 << 20);
        CallIntelException refused = await Assert.ThrowsAsync<CallIntelException>(() =>
            session.Ingestion.WriteAsync(
                Source,
                [
                    .. Enumerable
                        .Range(0, 65)
                        .Select(i => Records[0] with { ExternalId = $"large {i}", Body = megabyte }),
                ],
                Cancellation
            )
        );
        Assert.Equal(ErrorCodes.WriteTooLarge, refused.Code);
    }

    async Task<OrgSession> OpenAsync(string name) =>
        await (await fixture.Database.CreateOrgAsync(name, Cancellation)).OpenSessionAsync(OrgRole.Owner, Cancellation);

    static async Task<StreamHealth> HealthAsync(OrgSession session, DateTimeOffset? at = null) =>
        Assert.Single((await session.SyncHealth.ReadAsync(at, Cancellation)).Streams);

    static async Task<(SourceState, string?)> StateAsync(OrgSession session)
    {
        StreamHealth health = await HealthAsync(session);
        return (health.State, health.Reasons.Count == 0 ? null : health.Reasons[0].Code);
    }
}
