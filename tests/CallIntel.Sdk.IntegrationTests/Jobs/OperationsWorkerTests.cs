using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using Npgsql;
using static CallIntel.Sdk.IntegrationTests.Encryption.KeyHarness;
using static CallIntel.Sdk.IntegrationTests.Jobs.TestJobs;

namespace CallIntel.Sdk.IntegrationTests.Jobs;

public sealed class OperationsWorkerTests(ServerFixture server) : IAsyncLifetime
{
    TestDatabase _database = null!;

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _database = await server.Template.CloneAsync();

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    [Fact]
    public async Task Due_tasks_run_as_callintel_ops_and_only_once_until_they_are_due_again()
    {
        await using NpgsqlDataSource ops = AsOperations();
        OperationsWorker worker = new(ops, new ClockAt(new DateTimeOffset(2031, 5, 2, 0, 0, 0, TimeSpan.Zero)));
        Assert.Equal(
            ["ensure_partitions", "maintain_vector_graphs", "recompute_rollups", "trim_change_feed"],
            (await worker.RunDueAsync(Cancellation)).Order(StringComparer.Ordinal)
        );
        Assert.Empty(await worker.RunDueAsync(Cancellation));
        Assert.Equal(
            4,
            await ScalarAsync<long>(
                _database,
                "select count(*) from pg_class where relname in ('events_2031_05', 'events_2031_06', 'events_2031_07', "
                    + "'events_2031_08')"
            )
        );
        Assert.True(
            await ScalarAsync<bool>(
                _database,
                """
                select succeeded_at is not null and attempts = 0 and error is null and run_at > now() + interval '1 h'
                  from callintel_private.tasks where kind = 'ensure_partitions'
                """
            )
        );
    }

    [Fact]
    public async Task Entries_of_the_change_feed_that_are_older_than_the_retention_are_removed()
    {
        TestOrg org = await _database.CreateOrgAsync("trimmed", Cancellation);
        // The first read in a copy of a database removes the entries of the original.
        await using (OrgSession owner = await org.OpenSessionAsync(OrgRole.Owner, Cancellation))
            await owner.Changes.GetPositionAsync(Cancellation);
        await ExecuteAsync(
            _database,
            "insert into callintel_private.change_feed (org_id, kind, scope, recorded_at) "
                + $"select '{org.Id.Value}', 4, 0, now() - d * interval '1 day' from unnest('{{1, 3, 9}}'::int[]) d"
        );
        // Transactions of other tests hold the entries back while they are older.
        while (
            !await ScalarAsync<bool>(
                _database,
                "select pg_snapshot_xmin(pg_current_snapshot())::text::bigint > max(xact) "
                    + "from callintel_private.change_feed"
            )
        )
            await Task.Delay(50, Cancellation);
        await using NpgsqlDataSource ops = AsOperations();
        await new OperationsWorker(ops) { ChangeFeedRetention = TimeSpan.FromDays(2) }.RunDueAsync(Cancellation);
        Assert.Equal(
            1,
            await ScalarAsync<long>(
                _database,
                "select count(*) from callintel_private.change_feed where recorded_at < now() - interval '1 h'"
            )
        );
    }

    [Fact]
    public async Task A_task_that_fails_is_tried_again_and_shows_its_code()
    {
        await ExecuteAsync(_database, "drop function callintel.ensure_partitions");
        OperationsWorker worker = new(_database.Admin);
        Assert.DoesNotContain("ensure_partitions", await worker.RunDueAsync(Cancellation));
        Assert.True(
            await ScalarAsync<bool>(
                _database,
                "select succeeded_at is null and attempts = 1 and error = 'CI0013' "
                    + "and run_at between now() and now() + interval '1 min' from callintel_private.tasks "
                    + "where kind = 'ensure_partitions'"
            )
        );
    }

    [Fact]
    public async Task A_worker_that_lost_a_task_cannot_end_it()
    {
        await ExecuteAsync(_database, "select callintel_private.take_task('a', '{ensure_partitions}', '1 min')");
        await ExecuteAsync(
            _database,
            "update callintel_private.tasks set run_at = now() where kind = 'ensure_partitions'"
        );
        await ExecuteAsync(_database, "select callintel_private.take_task('b', '{ensure_partitions}', '1 min')");
        Assert.False(
            await ScalarAsync<bool>(
                _database,
                "select callintel_private.end_task('ensure_partitions', 1, null, '1 min')"
            )
        );
        Assert.True(
            await ScalarAsync<bool>(
                _database,
                "select callintel_private.end_task('ensure_partitions', 2, null, '1 min')"
            )
        );
    }

    NpgsqlDataSource AsOperations() => OperationsRole.Open(_database);

    sealed class ClockAt(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
