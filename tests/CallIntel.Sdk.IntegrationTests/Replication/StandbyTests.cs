using CallIntel.Sdk.Audit;
using CallIntel.Sdk.ChangeFeed;
using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.IntegrationTests.Audit;
using CallIntel.Sdk.IntegrationTests.ChangeFeed;
using CallIntel.Sdk.Tenancy;
using Npgsql;
using static CallIntel.Sdk.IntegrationTests.Encryption.KeyHarness;

namespace CallIntel.Sdk.IntegrationTests.Replication;

/// <summary>Tests what an application reads from a streaming standby.</summary>
public sealed class StandbyTests : IAsyncLifetime
{
    ReplicatedServers _servers = null!;

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _servers = await ReplicatedServers.StartAsync();

    public ValueTask DisposeAsync() => _servers.DisposeAsync();

    [Fact]
    public async Task Texts_of_a_standby_are_filed_on_the_primary_before_they_are_returned()
    {
        LedgerHarness harness = await LedgerHarness.CreateAsync(_servers.Database, "standby");
        await _servers.CatchUpAsync();
        await using CallIntelDataSource standby = _servers.CreateDataSource(
            _servers.StandbyConnectionString,
            _servers.Database.AppConnectionString
        );
        await using OrgSession session = await standby.OpenSessionAsync(harness.Org.As(OrgRole.Admin), Cancellation);
        Assert.True(await IsInRecoveryAsync(session));
        foreach ((string name, ProtectedFields fields, Func<OrgSession, Task<string?>> read) in harness.Reads())
        {
            int before = (await harness.EntriesAsync()).Count;
            Assert.False(string.IsNullOrEmpty(await read(session)), name);
            List<AccessEntry> filed = await harness.EntriesAsync();
            filed.RemoveRange(filed.Count - before, before);
            Assert.Equal(
                (name, fields),
                (name, filed.Aggregate(ProtectedFields.None, (all, entry) => all | entry.Fields))
            );
            Assert.All(filed, entry => Assert.Equal(harness.Org.Members[OrgRole.Admin], entry.Member));
        }
        // the entries reach the standby as everything else does
        int count = (await harness.EntriesAsync()).Count;
        await _servers.CatchUpAsync();
        Assert.Equal(
            count,
            await _servers.OnStandbyAsync<long>(
                $"select count(*) from callintel_private.access_log where org_id = '{harness.Org.Id.Value}'"
            )
        );
    }

    [Fact]
    public async Task No_text_leaves_a_standby_whose_access_cannot_be_filed()
    {
        LedgerHarness harness = await LedgerHarness.CreateAsync(_servers.Database, "not filed");
        await _servers.CatchUpAsync();
        await using CallIntelDataSource filing = _servers.CreateDataSource(
                _servers.StandbyConnectionString,
                _servers.Database.AppConnectionString
            ),
            onItself = _servers.CreateDataSource(_servers.StandbyConnectionString, _servers.StandbyConnectionString),
            without = _servers.CreateDataSource(_servers.StandbyConnectionString);
        await using OrgSession ready = await filing.OpenSessionAsync(harness.Org.As(OrgRole.Admin), Cancellation),
            itself = await onItself.OpenSessionAsync(harness.Org.As(OrgRole.Admin), Cancellation),
            unset = await without.OpenSessionAsync(harness.Org.As(OrgRole.Admin), Cancellation);
        // the keys are in memory, so only the ledger stands between the envelopes and the text
        foreach ((string name, _, Func<OrgSession, Task<string?>> read) in harness.Reads())
            Assert.False(string.IsNullOrEmpty(await read(ready)), name);
        foreach ((_, _, Func<OrgSession, Task<string?>> read) in harness.Reads())
        {
            await RefusedAsync(ErrorCodes.AccessNotFiled, () => read(itself));
            Assert.Contains(
                PostgresErrorCodes.ReadOnlySqlTransaction,
                (await Assert.ThrowsAsync<CallIntelException>(() => read(unset))).Message,
                StringComparison.Ordinal
            );
        }

        await _servers.StopPrimaryAsync();
        foreach ((_, _, Func<OrgSession, Task<string?>> read) in harness.Reads())
            await RefusedAsync(ErrorCodes.AccessNotFiled, () => read(ready));
        Assert.NotEmpty(await ready.Events.ReadAsync(EventFilter.All, Cancellation).ToListAsync(Cancellation));

        // the promoted standby could write, but entries of this application belong to the primary that it names
        await _servers.FailOverAsync();
        foreach ((_, _, Func<OrgSession, Task<string?>> read) in harness.Reads())
            await RefusedAsync(ErrorCodes.AccessNotFiled, () => read(ready));
        Assert.False(await IsInRecoveryAsync(ready));
    }

    [Fact]
    public async Task The_change_feed_of_a_standby_has_the_entries_and_the_generation_of_its_primary()
    {
        FeedOrg org = await FeedOrg.CreateAsync(_servers.Database, "feed");
        ChangeCursor start = await org.PositionAsync();
        await org.WriteAsync(org.Sms("1"));
        await org.WriteAsync(org.Sms("2"));
        List<ChangeEntry> expected = await org.ReadAsync(OrgRole.Owner, start);
        Assert.Equal(2, expected.Count);
        await _servers.CatchUpAsync();

        await using CallIntelDataSource standby = _servers.CreateDataSource(_servers.StandbyConnectionString);
        await using OrgSession session = await standby.OpenSessionAsync(org.Org.As(OrgRole.Owner), Cancellation);
        Assert.True(await IsInRecoveryAsync(session));
        List<ChangeEntry> entries = [];
        await foreach (ChangeEntry entry in session.Changes.ReadAsync(start, Cancellation))
        {
            entries.Add(entry);
            if (entries.Count == expected.Count)
                break;
        }
        Assert.Equal(expected.Select(e => e.Cursor), entries.Select(e => e.Cursor));
        Assert.Equal(start.Generation, (await session.Changes.GetPositionAsync(Cancellation)).Generation);
    }

    static async Task<bool> IsInRecoveryAsync(OrgSession session) =>
        await session
            .QueryAsync("select pg_is_in_recovery()", row => row.GetBoolean(0), cancellationToken: Cancellation)
            .SingleAsync(Cancellation);
}
