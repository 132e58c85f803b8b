using CallIntel.Sdk.ChangeFeed;
using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.SyncHealth;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using Npgsql;

namespace CallIntel.Sdk.IntegrationTests.ChangeFeed;

/// <summary>Tests that no entry is lost or read out of order, and which cursors lead to a resync.</summary>
public sealed class FeedOrderTests(DatabaseFixture fixture, ServerFixture server) : IClassFixture<DatabaseFixture>
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    TestDatabase Database => fixture.Database;

    [Fact]
    public async Task A_long_transaction_delays_entries_and_sync_health_tells_the_delay()
    {
        FeedOrg org = await FeedOrg.CreateAsync(Database, "delayed");
        ChangeCursor start = await org.PositionAsync();
        await using NpgsqlConnection connection = await Database.Admin.OpenConnectionAsync(Cancellation);
        await using (NpgsqlTransaction transaction = await connection.BeginTransactionAsync(Cancellation))
        {
            // a transaction with an id, as one that writes has
            await using NpgsqlCommand write = new("select pg_current_xact_id()", connection, transaction);
            await write.ExecuteScalarAsync(Cancellation);
            await org.WriteAsync(org.Sms("1"));
            Assert.Empty(await org.ReadPageAsync(OrgRole.Owner, start));
            Assert.True((await HealthAsync(org)).ChangeFeedDelay > TimeSpan.Zero);
            await transaction.RollbackAsync(Cancellation);
        }
        Assert.Single(await org.ReadAsync(OrgRole.Owner, start));
        Assert.Null((await HealthAsync(org)).ChangeFeedDelay);
    }

    [Fact]
    public async Task Transactions_that_commit_in_any_order_are_read_once_each_and_in_the_order_of_the_feed()
    {
        FeedOrg org = await FeedOrg.CreateAsync(Database, "interleaved");
        Random random = new(4711);
        ChangeCursor cursor = await org.PositionAsync();
        List<ChangeEntry> read = [];
        List<(NpgsqlConnection Connection, NpgsqlTransaction Transaction)> open = [];
        int written = 0,
            committed = 0;
        for (int step = 0; step < 300 || open.Count > 0; step++)
        {
            int choice = random.Next(3);
            if (choice == 0 && open.Count < 8 && step < 300)
            {
                NpgsqlConnection connection = await Database.Admin.OpenConnectionAsync(Cancellation);
                NpgsqlTransaction transaction = await connection.BeginTransactionAsync(Cancellation);
                await using NpgsqlCommand insert = new(
                    "insert into callintel_private.change_feed (org_id, kind, scope, events, range_from, range_to) "
                        + "values ($1, 1, 1, $2, '2026-01-01Z', '2026-01-02Z')",
                    connection,
                    transaction
                )
                {
                    Parameters =
                    {
                        new() { Value = org.Org.Id.Value },
                        new() { Value = (long)++written },
                    },
                };
                await insert.ExecuteNonQueryAsync(Cancellation);
                open.Add((connection, transaction));
            }
            else if (choice == 1 && open.Count > 0)
            {
                int place = random.Next(open.Count);
                (NpgsqlConnection connection, NpgsqlTransaction transaction) = open[place];
                open.RemoveAt(place);
                await transaction.CommitAsync(Cancellation);
                await connection.DisposeAsync();
                committed++;
            }
            else
            {
                IReadOnlyList<ChangeEntry> page = await org.ReadPageAsync(OrgRole.Owner, cursor);
                read.AddRange(page);
                cursor = page.Count > 0 ? page[^1].Cursor : cursor;
            }
        }
        read.AddRange(await org.ReadAsync(OrgRole.Owner, cursor));
        Assert.True(committed > 50, $"{committed} transactions");
        Assert.Equal(Enumerable.Range(1, written).Select(n => (long?)n), read.Select(e => e.Events).Order());
        Assert.Equal(read.Select(e => e.Cursor.Transaction).Order(), read.Select(e => e.Cursor.Transaction));
    }

    [Fact]
    public async Task A_cursor_that_was_not_issued_leads_to_a_resync()
    {
        FeedOrg org = await FeedOrg.CreateAsync(Database, "forged");
        ChangeCursor start = await org.PositionAsync();
        await org.WriteAsync(org.Sms("1"));
        ChangeCursor now = await org.PositionAsync();
        foreach (
            ChangeCursor forged in new[]
            {
                new ChangeCursor(now.Generation, long.MaxValue, 0),
                new ChangeCursor(now.Generation + 1, 0, 0),
                new ChangeCursor(now.Generation - 1, now.Transaction, 0),
                new ChangeCursor(0, 0, 0),
            }
        )
        {
            ChangeEntry entry = Assert.Single(await org.ReadAsync(OrgRole.Owner, forged));
            Assert.Equal((ChangeKind.Resync, now.Generation), (entry.Kind, entry.Cursor.Generation));
        }
        Assert.Equal(ChangeKind.Inserted, Assert.Single(await org.ReadAsync(OrgRole.Owner, start)).Kind);
    }

    [Theory]
    [InlineData("")]
    [InlineData("1.2")]
    [InlineData("1.2.3.4")]
    [InlineData("1.2.-3")]
    [InlineData("1.2.99999999999999999999")]
    [InlineData("1.2.3; drop table")]
    public void A_text_that_is_no_cursor_is_refused(string text)
    {
        Assert.False(ChangeCursor.TryParse(text, out _));
        Assert.Equal(
            ErrorCodes.InvalidChangeCursor,
            Assert.Throws<CallIntelException>(() => ChangeCursor.Parse(text)).Code
        );
    }

    [Fact]
    public async Task Retention_removes_old_entries_and_readers_that_missed_them_receive_a_resync()
    {
        await using TestDatabase database = await server.Template.CloneAsync(Cancellation);
        FeedOrg org = await FeedOrg.CreateAsync(database, "retention");
        ChangeCursor start = await org.PositionAsync();
        await org.WriteAsync(org.Sms("1"));
        await org.WriteAsync(org.Sms("2"));
        List<ChangeEntry> all = await org.ReadAsync(OrgRole.Owner, start);
        Assert.Equal(2, all.Count);
        CallIntelOperations operations = new(database.Admin);
        Assert.Equal(0, await operations.TrimChangeFeedAsync(TimeSpan.FromHours(1), Cancellation));
        await RunAsync(
            database,
            $"update callintel_private.change_feed set recorded_at = now() - interval '2 hours' "
                + $"where xact <= {all[0].Cursor.Transaction}"
        );
        Assert.True(await operations.TrimChangeFeedAsync(TimeSpan.FromHours(1), Cancellation) > 0);
        Assert.Equal(ChangeKind.Resync, (await org.ReadAsync(OrgRole.Owner, start))[0].Kind);
        // a generation begins anew only after a restore
        ChangeCursor now = await org.PositionAsync();
        Assert.Equal(start.Generation, now.Generation);
        Assert.Empty(await org.ReadAsync(OrgRole.Owner, all[1].Cursor));
        Assert.Equal(
            ErrorCodes.InvalidFeedRetention,
            (
                await Assert.ThrowsAsync<CallIntelException>(() =>
                    operations.TrimChangeFeedAsync(TimeSpan.FromMinutes(59), Cancellation)
                )
            ).Code
        );
    }

    [Fact]
    public async Task Retention_keeps_entries_that_readers_have_not_reached()
    {
        FeedOrg org = await FeedOrg.CreateAsync(Database, "pending");
        ChangeCursor start = await org.PositionAsync();
        await using NpgsqlConnection connection = await Database.Admin.OpenConnectionAsync(Cancellation);
        await using (NpgsqlTransaction transaction = await connection.BeginTransactionAsync(Cancellation))
        {
            await using NpgsqlCommand write = new("select pg_current_xact_id()", connection, transaction);
            await write.ExecuteScalarAsync(Cancellation);
            await org.WriteAsync(org.Sms("1"));
            await RunAsync(
                Database,
                $"update callintel_private.change_feed set recorded_at = now() - interval '9 days' "
                    + $"where org_id = '{org.Org.Id}' and xact > {start.Transaction}"
            );
            await new CallIntelOperations(Database.Admin).TrimChangeFeedAsync(TimeSpan.FromDays(7), Cancellation);
            await transaction.RollbackAsync(Cancellation);
        }
        Assert.Equal(ChangeKind.Inserted, Assert.Single(await org.ReadAsync(OrgRole.Owner, start)).Kind);
    }

    static async Task RunAsync(TestDatabase database, string sql)
    {
        await using NpgsqlCommand command = database.Admin.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(Cancellation);
    }

    async Task<SyncHealthReport> HealthAsync(FeedOrg org)
    {
        await using OrgSession session = await org.Org.OpenSessionAsync(OrgRole.Viewer, Cancellation);
        return await session.SyncHealth.ReadAsync(cancellationToken: Cancellation);
    }
}
