using System.Collections.Concurrent;
using CallIntel.Sdk.ChangeFeed;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using static CallIntel.Sdk.IntegrationTests.Encryption.KeyHarness;

namespace CallIntel.Sdk.IntegrationTests.ChangeFeed;

/// <summary>Tests that processes tell each other of changes, after the commit, and nobody else.</summary>
public sealed class WakeUpTests(DatabaseFixture fixture) : IClassFixture<DatabaseFixture>
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_process_is_woken_for_the_orgs_in_which_another_one_committed()
    {
        OrgId first = fixture.Own.Id,
            second = fixture.Foreign.Id,
            unfollowed = new(NewId());
        await using CallIntelDataSource one = fixture.Database.CreateDataSource(),
            other = fixture.Database.CreateDataSource();
        await CheckAsync(one);
        await CheckAsync(other);
        BlockingCollection<OrgId> woken = [];
        await using ChangeWakeUps reader = new(one.Database, NullLogger.Instance),
            writer = new(other.Database, NullLogger.Instance);
        reader.Listen(() => [first, second], woken.Add);
        await reader.Listening.WaitAsync(Patience, Cancellation);
        // what was sent before is lost, so a process that begins to listen wakes all its readers
        Assert.Equal([first, second], [Take(woken), Take(woken)]);

        // What this process commits, what nobody here follows and what anybody else sends wakes nobody.
        reader.Announce(first);
        writer.Announce(unfollowed);
        foreach (string payload in new[] { "", "x", new string('A', 5000), $"{first}" })
            await ScalarAsync<object>(fixture.Database, "select pg_notify($1, $2)", ChangeWakeUps.Channel, payload);
        writer.Announce(second);
        Assert.Equal(second, Take(woken));
        writer.Announce(first);
        Assert.Equal(first, Take(woken));
        Assert.Empty(woken);
    }

    [Fact]
    public async Task A_process_whose_connection_broke_listens_again_and_wakes_all_its_readers()
    {
        await using CallIntelDataSource one = fixture.Database.CreateDataSource();
        await CheckAsync(one);
        BlockingCollection<OrgId> woken = [];
        await using ChangeWakeUps reader = new(one.Database, NullLogger.Instance);
        reader.Listen(() => [fixture.Own.Id], woken.Add);
        Take(woken);
        await ScalarAsync<long>(
            fixture.Database,
            $"""
            select count(pg_terminate_backend(pid)) from pg_catalog.pg_stat_activity
             where datname = current_database() and query = 'listen {ChangeWakeUps.Channel}'
            """
        );
        Assert.Equal(fixture.Own.Id, Take(woken));
    }

    [Theory]
    [InlineData(ConnectionMode.Direct)]
    [InlineData(ConnectionMode.TransactionPooler)]
    public async Task A_write_notifies_other_processes_only_if_the_options_say_so(ConnectionMode mode)
    {
        BlockingCollection<string> payloads = [];
        await using NpgsqlConnection listener = await fixture.Database.Admin.OpenConnectionAsync(Cancellation);
        listener.Notification += (_, e) => payloads.Add(e.Payload, Cancellation);
        await using (NpgsqlCommand listen = new($"listen {ChangeWakeUps.Channel}", listener))
            await listen.ExecuteNonQueryAsync(Cancellation);
        FeedOrg org = await FeedOrg.CreateAsync(fixture.Database, "notified");
        await org.WriteAsync(org.Sms("silent"));
        await using (
            CallIntelDataSource source = fixture.Database.CreateDataSource(options =>
            {
                options.ConnectionMode = mode;
                options.ChangeFeed.NotifiesProcesses = true;
            })
        )
        await using (OrgSession owner = await source.OpenSessionAsync(org.Org.As(OrgRole.Owner), Cancellation))
            await owner.Ingestion.WriteAsync(FeedOrg.Source, [org.Sms("reported")], Cancellation);
        // The data source sends what is left before it closes.
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        limit.CancelAfter(Patience);
        while (payloads.Count == 0)
            await listener.WaitAsync(limit.Token);
        string payload = Assert.Single(payloads);
        Assert.Equal(
            [org.Org.Id],
            WakeUpMessage.Read(payload, fixture.Database.SigningKeys.Keys, new byte[8], [fixture.Own.Id, org.Org.Id])
        );
    }

    [Fact]
    public async Task A_process_with_a_subscriber_listens_if_the_options_say_so()
    {
        FeedOrg org = await FeedOrg.CreateAsync(fixture.Database, "listening");
        await using CallIntelDataSource source = fixture.Database.CreateDataSource(options =>
            options.ChangeFeed.NotifiesProcesses = true
        );
        await using OrgSession session = await source.OpenSessionAsync(org.Org.As(OrgRole.Owner), Cancellation);
        ChangeCursor start = await org.PositionAsync();
        await using (
            IAsyncEnumerator<ChangeEntry> reading = session
                .Changes.ReadAsync(start, Cancellation)
                .GetAsyncEnumerator(Cancellation)
        )
        {
            Task<bool> next = reading.MoveNextAsync().AsTask();
            while (source.Changes.ReaderCount == 0)
                await Task.Delay(10, Cancellation);
            await source.Changes.Listening.WaitAsync(Patience, Cancellation);
            await org.WriteAsync(org.Sms("1"));
            Assert.True(await next.WaitAsync(Patience, Cancellation));
            Assert.Equal(ChangeKind.Inserted, reading.Current.Kind);
        }
    }

    static OrgId Take(BlockingCollection<OrgId> woken) =>
        woken.TryTake(out OrgId org, (int)Patience.TotalMilliseconds, Cancellation)
            ? org
            : throw new TimeoutException("No reader was woken.");

    static async Task CheckAsync(CallIntelDataSource source) => await source.EnsureCheckedAsync(Cancellation);
}
