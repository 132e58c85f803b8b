using CallIntel.Sdk.ChangeFeed;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using Npgsql;

namespace CallIntel.Sdk.IntegrationTests.ChangeFeed;

/// <summary>
/// Tests that a database whose transaction ids do not continue those that readers remember begins a new generation.
/// </summary>
public sealed class GenerationTests(ServerFixture server)
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_restored_dump_begins_a_new_generation_and_readers_receive_a_resync()
    {
        await using TestDatabase database = await server.Template.CloneAsync(Cancellation);
        FeedOrg org = await FeedOrg.CreateAsync(database, "restored");
        await org.WriteAsync(org.Sms("1"));
        ChangeCursor before = await org.PositionAsync();
        string dump = await database.DumpAsync(Cancellation);

        // of another database of the server, in which transaction ids go on
        await using TestDatabase restored = await server.Template.RestoreAsync(dump, Cancellation);
        FeedOrg copy = new(restored, org.Org);
        List<ChangeEntry> entries = await copy.ReadAsync(OrgRole.Owner, before);
        ChangeEntry resync = Assert.Single(entries);
        Assert.Equal(ChangeKind.Resync, resync.Kind);
        Assert.True(resync.Cursor.Generation > before.Generation);

        await copy.WriteAsync(copy.Sms("2"));
        Assert.Equal(ChangeKind.Inserted, Assert.Single(await copy.ReadAsync(OrgRole.Owner, resync.Cursor)).Kind);
        Assert.Equal(resync.Cursor.Generation, (await copy.PositionAsync()).Generation);
        // nothing changed where the dump came from
        Assert.Empty(await org.ReadAsync(OrgRole.Owner, before));
    }

    [Fact]
    public async Task A_row_that_was_copied_by_a_restore_does_not_count_even_in_the_same_database()
    {
        await using TestDatabase database = await server.Template.CloneAsync(Cancellation);
        FeedOrg org = await FeedOrg.CreateAsync(database, "in place");
        ChangeCursor before = await org.PositionAsync();
        // as pg_restore --clean does
        await using (
            NpgsqlCommand restore = database.Admin.CreateCommand(
                """
                create table public.kept as select * from callintel_private.feed_generations;
                delete from callintel_private.feed_generations;
                insert into callintel_private.feed_generations select * from public.kept;
                """
            )
        )
            await restore.ExecuteNonQueryAsync(Cancellation);
        ChangeEntry resync = Assert.Single(await org.ReadAsync(OrgRole.Owner, before));
        Assert.Equal(ChangeKind.Resync, resync.Kind);
        Assert.True(resync.Cursor.Generation > before.Generation);
        Assert.Equal(resync.Cursor.Generation, (await org.PositionAsync()).Generation);
    }

    [Fact]
    public async Task Two_copies_of_a_database_have_different_generations()
    {
        await using TestDatabase first = await server.Template.CloneAsync(Cancellation),
            second = await server.Template.CloneAsync(Cancellation);
        ChangeCursor one = await (await FeedOrg.CreateAsync(first, "one")).PositionAsync(),
            two = await (await FeedOrg.CreateAsync(second, "two")).PositionAsync();
        Assert.NotEqual(one.Generation, two.Generation);
    }

    [Fact]
    public async Task Readers_that_find_a_copy_at_the_same_moment_begin_one_generation()
    {
        await using TestDatabase database = await server.Template.CloneAsync(Cancellation);
        FeedOrg org = await FeedOrg.CreateAsync(database, "at once");
        ChangeCursor[] positions = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => org.PositionAsync()));
        Assert.Single(positions.Select(p => p.Generation).Distinct());
    }
}
