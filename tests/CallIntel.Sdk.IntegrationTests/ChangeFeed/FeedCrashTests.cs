using CallIntel.Sdk.ChangeFeed;
using CallIntel.Sdk.IntegrationTests.Ingestion;
using CallIntel.Sdk.Privacy;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using Npgsql;

namespace CallIntel.Sdk.IntegrationTests.ChangeFeed;

/// <summary>
/// Tests that positions of the feed are valid after a crash, on a server of its own: after a crash, it assigns ids of
/// transactions again.
/// </summary>
public sealed class FeedCrashTests(CrashingServer server) : IClassFixture<CrashingServer>, IAsyncLifetime
{
    const int LostTransactions = 40,
        MostAttempts = 10;

    TestDatabase _database = null!;

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _database = await server.Template.CloneAsync(Cancellation);

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    [Fact]
    public async Task Entries_with_transaction_ids_that_a_crash_made_available_again_are_read_after_every_position()
    {
        Assert.SkipUnless(server.Server.IsThrowAway, "The server is not ours to crash.");
        FeedOrg org = await FeedOrg.CreateAsync(_database, "crashed");
        ChangeCursor start = await org.PositionAsync();
        await org.WriteAsync(org.Sms("before"));
        int written = 0;
        bool repeated = false;
        // The server may flush at any time, and then it continues after the ids of the test.
        for (int attempt = 0; attempt < MostAttempts && !repeated; attempt++)
        {
            List<ChangeEntry> before = await org.ReadAsync(OrgRole.Owner, start);
            ChangeCursor[] positions;
            long next;
            await using (OrgSession session = await org.OpenAsync(OrgRole.Owner))
            {
                await LoseTransactionsAsync();
                next = await NextTransactionAsync();
                positions =
                [
                    (await ChangePage.ReadAsync(session.Transport, start, Cancellation)).Position,
                    await session.Changes.GetPositionAsync(Cancellation),
                    (await ChangePage.ReadAsync(session.Transport, default, Cancellation)).Position,
                ];
            }
            await CrashAsync();
            repeated = await NextTransactionAsync() < next;

            int count = 0;
            for (; count == 0 || await NextTransactionAsync() <= next; count++)
                await WriteAsync(org, $"after {written++}");
            ChangeCursor[] expected =
            [
                .. (await org.ReadAsync(OrgRole.Owner, start)).Skip(before.Count).Select(entry => entry.Cursor),
            ];
            Assert.Equal(count, expected.Length);
            foreach (ChangeCursor position in positions)
                Assert.Equal(expected, (await org.ReadAsync(OrgRole.Owner, position)).Select(entry => entry.Cursor));
        }
        Assert.True(repeated, "No crash made ids of transactions available again.");
    }

    [Fact]
    public async Task Retention_does_not_make_a_reader_stale_that_has_read_what_it_removes()
    {
        FeedOrg idle = await FeedOrg.CreateAsync(_database, "idle"),
            busy = await FeedOrg.CreateAsync(_database, "busy"),
            empty = await FeedOrg.CreateAsync(_database, "empty");
        ChangeCursor start = await idle.PositionAsync();
        await idle.WriteAsync(idle.Sms("1"));
        await busy.WriteAsync(busy.Sms("1"));
        await RunAsync("checkpoint");
        await using OrgSession reader = await idle.OpenAsync(OrgRole.Owner);
        ChangePage page = await ChangePage.ReadAsync(reader.Transport, start, Cancellation);
        Assert.Single(page.Entries);
        Assert.True(page.IsLast);

        await RunAsync("update callintel_private.change_feed set recorded_at = now() - interval '2 hours'");
        Assert.True(
            await new CallIntelOperations(_database.Admin).TrimChangeFeedAsync(TimeSpan.FromHours(1), Cancellation) > 1
        );
        Assert.Empty(await idle.ReadAsync(OrgRole.Owner, page.Position));
        Assert.Equal(ChangeKind.Resync, Assert.Single(await idle.ReadAsync(OrgRole.Owner, start)).Kind);

        await idle.WriteAsync(idle.Sms("2"));
        Assert.Equal(ChangeKind.Inserted, Assert.Single(await idle.ReadAsync(OrgRole.Owner, page.Position)).Kind);
        Assert.Empty(await empty.ReadAsync(OrgRole.Owner, await empty.PositionAsync()));
    }

    [Fact]
    public async Task Positions_that_are_returned_after_retention_are_not_stale_without_a_checkpoint()
    {
        FeedOrg busy = await FeedOrg.CreateAsync(_database, "trimmed"),
            empty = await FeedOrg.CreateAsync(_database, "without entries");
        ChangeCursor start = await empty.PositionAsync();
        await busy.WriteAsync(busy.Sms("1"));
        await RunAsync("update callintel_private.change_feed set recorded_at = now() - interval '2 hours'");
        Assert.True(
            await new CallIntelOperations(_database.Admin).TrimChangeFeedAsync(TimeSpan.FromHours(1), Cancellation) > 0
        );
        ChangeEntry resync = Assert.Single(await empty.ReadAsync(OrgRole.Owner, start));
        Assert.Equal(ChangeKind.Resync, resync.Kind);
        Assert.Empty(await empty.ReadAsync(OrgRole.Owner, resync.Cursor));
        Assert.Empty(await empty.ReadAsync(OrgRole.Owner, await empty.PositionAsync()));
    }

    [Fact]
    public async Task A_position_does_not_tell_that_an_event_of_a_hidden_contact_was_stored()
    {
        const string Hidden = "+4532999999";
        FeedOrg org = await FeedOrg.CreateAsync(_database, "hidden");
        ChangeCursor start = await org.PositionAsync();
        await org.WriteAsync(org.Sms("1", Hidden));
        await using (OrgSession owner = await org.OpenAsync(OrgRole.Owner, AccessPurpose.Security))
            await owner.Privacy.SetAsync(
                await org.FindAsync(Hidden),
                new PrivacyRule { Level = PrivacyLevel.Hidden },
                Cancellation
            );
        await org.WriteAsync(org.Sms("2"));
        ChangeCursor seen = (await org.ReadAsync(OrgRole.Analyst, start))[^1].Cursor;
        await org.WriteAsync(org.Sms("3", Hidden));

        await using OrgSession session = await org.OpenAsync(OrgRole.Analyst);
        ChangePage page = await ChangePage.ReadAsync(session.Transport, seen, Cancellation);
        Assert.Empty(page.Entries);
        Assert.Equal(seen, page.Position);
        Assert.Equal(seen, await session.Changes.GetPositionAsync(Cancellation));
        await org.WriteAsync(org.Sms("4"));
        Assert.Single(await org.ReadAsync(OrgRole.Analyst, seen));
    }

    /// <summary>Takes ids for transactions that leave nothing in the flushed write-ahead log.</summary>
    async Task LoseTransactionsAsync()
    {
        await using NpgsqlConnection connection = await _database.Admin.OpenConnectionAsync(Cancellation);
        for (int i = 0; i < LostTransactions; i++)
        {
            await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(Cancellation);
            await using NpgsqlCommand take = new("select pg_current_xact_id()", connection, transaction);
            await take.ExecuteScalarAsync(Cancellation);
            await transaction.RollbackAsync(Cancellation);
        }
    }

    /// <summary>Stores an event, also if the pooled connection ended in the crash.</summary>
    static async Task WriteAsync(FeedOrg org, string id)
    {
        while (true)
            try
            {
                await org.WriteAsync(org.Sms(id));
                return;
            }
            catch (CallIntelException e) when (e.IsTransient) { }
    }

    async Task<long> NextTransactionAsync()
    {
        await using NpgsqlCommand command = _database.Admin.CreateCommand(
            "select pg_snapshot_xmin(pg_current_snapshot())::text::bigint"
        );
        return (long)(await command.ExecuteScalarAsync(Cancellation))!;
    }

    async Task CrashAsync()
    {
        DateTime before = await ServerCrash.StartedAsync(_database);
        await ServerCrash.KillAsync(_database, isOurs: true);
        await ServerCrash.RecoveredAsync(_database, before);
    }

    async Task RunAsync(string sql)
    {
        await using NpgsqlCommand command = _database.Admin.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(Cancellation);
    }
}
