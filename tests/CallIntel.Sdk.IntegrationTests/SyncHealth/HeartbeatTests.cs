using System.Diagnostics;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion;
using CallIntel.Sdk.IntegrationTests.Ingestion;
using CallIntel.Sdk.SyncHealth;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using Microsoft.Extensions.Diagnostics.Metrics.Testing;
using Microsoft.Extensions.Time.Testing;
using Npgsql;

namespace CallIntel.Sdk.IntegrationTests.SyncHealth;

public sealed class HeartbeatTests(DatabaseFixture fixture) : IClassFixture<DatabaseFixture>
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_run_with_a_slow_source_sends_heartbeats_at_fixed_intervals()
    {
        TestOrg org = await fixture.Database.CreateOrgAsync("slow", Cancellation);
        FakeTimeProvider clock = new(TimeProvider.System.GetUtcNow());
        await using CallIntelDataSource source = fixture.Database.CreateDataSource(timeProvider: clock);
        await using OrgSession session = await source.OpenSessionAsync(org.As(OrgRole.Owner), Cancellation);
        TaskCompletionSource started = new(),
            done = new();
        Task<IngestReport> run = session.Ingestion.IngestAsync(
            new IngestSource("slow"),
            Slow(),
            new IngestOptions { HeartbeatInterval = TimeSpan.FromSeconds(20) },
            Cancellation
        );

        await started.Task.WaitAsync(Cancellation);
        DateTime first = await HeartbeatAsync(org, _ => true);
        clock.Advance(TimeSpan.FromSeconds(20));
        DateTime second = await HeartbeatAsync(org, at => at > first);
        clock.Advance(TimeSpan.FromSeconds(20));
        await HeartbeatAsync(org, at => at > second);
        StreamHealth health = (await session.SyncHealth.ReadAsync(cancellationToken: Cancellation)).Streams[0];
        Assert.Equal((SourceState.Ok, true), (health.State, health.Running));

        done.SetResult();
        Assert.Equal(1, (await run).Inserted);
        health = (await session.SyncHealth.ReadAsync(cancellationToken: Cancellation)).Streams[0];
        Assert.Equal((SourceState.Ok, false), (health.State, health.Running));

        async IAsyncEnumerable<EventRecord> Slow()
        {
            started.SetResult();
            await done.Task;
            yield return GeneratedRecords.Take(1).Single();
        }
    }

    [Fact]
    public async Task The_run_of_a_killed_process_becomes_hung_and_then_failed()
    {
        TestOrg org = await fixture.Database.CreateOrgAsync("dead", Cancellation);
        string keys = Path.Combine(Path.GetTempPath(), $"callintel-keys-{Guid.NewGuid():N}.json");
        fixture.Database.SigningKeys.Save(keys);
        try
        {
            using Process client = LoadingClient.Start(fixture.Database, keys, org.As(OrgRole.Owner));
            await HeartbeatAsync(org, _ => true);
            client.Kill();
            await client.WaitForExitAsync(Cancellation);
        }
        finally
        {
            File.Delete(keys);
        }

        DateTimeOffset last = new(await HeartbeatAsync(org, _ => true), TimeSpan.Zero);
        await using OrgSession session = await org.OpenSessionAsync(OrgRole.Viewer, Cancellation);
        TimeSpan interval = new IngestOptions().HeartbeatInterval;
        foreach (
            (double intervals, SourceState state, bool running) in new[]
            {
                (2.9, SourceState.Ok, true),
                (3.1, SourceState.Hung, true),
                (10.1, SourceState.Failing, false),
            }
        )
        {
            StreamHealth health = (
                await session.SyncHealth.ReadAsync(last + (intervals * interval), Cancellation)
            ).Streams[0];
            Assert.Equal((state, running), (health.State, health.Running));
        }
        Assert.Equal(
            "1",
            await SqlAsync(
                org,
                "select string_agg(status::text, ' ') from callintel_private.sync_runs where org_id = $1"
            )
        );
    }

    [Fact]
    public async Task A_run_continues_when_its_heartbeats_are_rejected()
    {
        TestOrg org = await fixture.Database.CreateOrgAsync("mute", Cancellation);
        FakeTimeProvider clock = new(TimeProvider.System.GetUtcNow());
        using ScopedMeters meters = new();
        using MetricCollector<long> missed = new(meters, IngestMetrics.MeterName, "callintel.ingest.missed_heartbeats");
        await using CallIntelDataSource source = fixture.Database.CreateDataSource(
            timeProvider: clock,
            meterFactory: meters
        );
        await using OrgSession session = await source.OpenSessionAsync(org.As(OrgRole.Admin), Cancellation);
        await using OrgSession owner = await org.OpenSessionAsync(OrgRole.Owner, Cancellation);

        async IAsyncEnumerable<EventRecord> Slow()
        {
            await owner.Members.RevokeAsync(org.Members[OrgRole.Admin], Cancellation);
            clock.Advance(TimeSpan.FromSeconds(30));
            await missed.WaitForMeasurementsAsync(1, Cancellation);
            await owner.Members.SetRoleAsync(org.Members[OrgRole.Admin], OrgRole.Admin, Cancellation);
            yield return GeneratedRecords.Take(1).Single();
        }

        Assert.Equal(
            1,
            (
                await session.Ingestion.IngestAsync(new IngestSource("mute"), Slow(), cancellationToken: Cancellation)
            ).Inserted
        );
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3601)]
    public async Task Heartbeat_intervals_below_a_second_or_above_an_hour_are_rejected(int seconds)
    {
        await using OrgSession session = await fixture.Own.OpenSessionAsync(OrgRole.Owner, Cancellation);
        Assert.Throws<ArgumentOutOfRangeException>(() =>
        {
            _ = session.Ingestion.IngestAsync(
                new IngestSource("x"),
                GeneratedRecords.Async([]),
                new IngestOptions { HeartbeatInterval = TimeSpan.FromSeconds(seconds) },
                Cancellation
            );
        });
    }

    async Task<DateTime> HeartbeatAsync(TestOrg org, Func<DateTime, bool> until)
    {
        while (true)
        {
            await using NpgsqlCommand command = fixture.Database.Admin.CreateCommand(
                "select max(heartbeat_at) from callintel_private.sync_runs where org_id = $1"
            );
            command.Parameters.Add(new NpgsqlParameter { Value = org.Id.Value });
            if (await command.ExecuteScalarAsync(Cancellation) is DateTime at && until(at))
                return at;
        }
    }

    async Task<string?> SqlAsync(TestOrg org, string sql)
    {
        await using NpgsqlCommand command = fixture.Database.Admin.CreateCommand(sql);
        command.Parameters.Add(new NpgsqlParameter { Value = org.Id.Value });
        return await command.ExecuteScalarAsync(Cancellation) as string;
    }
}
