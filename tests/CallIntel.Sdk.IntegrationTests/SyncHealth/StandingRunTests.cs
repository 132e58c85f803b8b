using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion;
using CallIntel.Sdk.IntegrationTests.Ingestion;
using CallIntel.Sdk.SyncHealth;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;

namespace CallIntel.Sdk.IntegrationTests.SyncHealth;

/// <summary>
/// Deliveries of the stream lane as sync health judges them: they promise no sign of life, and are fresh data each.
/// </summary>
public sealed class StandingRunTests(DatabaseFixture fixture) : IClassFixture<DatabaseFixture>
{
    static readonly IngestSource Source = new("hooks", "twilio");
    static readonly TimeSpan Hour = TimeSpan.FromHours(1),
        Second = TimeSpan.FromSeconds(1);
    static readonly EventRecord[] Records = [.. GeneratedRecords.Take(40)];

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_quiet_stream_neither_hangs_nor_dies_however_long()
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
    public async Task A_stream_is_late_and_then_stale_after_its_last_delivery_not_after_the_run_began()
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
    public async Task Many_refused_records_show_until_good_ones_outnumber_them()
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
    public async Task A_delivery_that_fails_is_told_to_its_caller_and_changes_nothing_about_the_stream()
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
    public async Task A_first_delivery_that_fails_leaves_no_run_that_seems_to_have_died()
    {
        await using OrgSession session = await OpenAsync("first fails");
        await FailAsync(session);
        StreamHealth health = await HealthAsync(session, TimeProvider.System.GetUtcNow() + Hour);
        Assert.Equal((SourceState.NeverRun, false, 0), (health.State, health.Running, health.Failures));

        await session.Ingestion.WriteAsync(Source, [Records[0]], Cancellation);
        Assert.Equal(SourceState.Ok, (await HealthAsync(session, TimeProvider.System.GetUtcNow() + Hour)).State);
    }

    [Fact]
    public async Task A_batch_run_that_failed_before_is_healed_by_a_delivery()
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
