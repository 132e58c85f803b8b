using CallIntel.Sdk.Crypto;
using CallIntel.Sdk.Crypto.Keys;
using CallIntel.Sdk.Encryption;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using static CallIntel.Sdk.IntegrationTests.Encryption.KeyHarness;

namespace CallIntel.Sdk.IntegrationTests.Encryption;

/// <summary>The contract of IOrgKeyStore, against the server.</summary>
public sealed class OrgKeyStoreTests(DatabaseFixture fixture) : IClassFixture<DatabaseFixture>
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Key_versions_are_consecutive_and_the_first_concurrent_writer_wins()
    {
        (Guid org, OrgSession session) = await OrgAsync("versions");
        PostgresKeyStore store = StoreOf(session);
        Assert.Empty(await store.FetchAsync(org, OrgKeyKind.Kek, Cancellation));
        OrgKeyRecord first = OrgKey(org, 1),
            second = OrgKey(org, 2);
        await store.AddAsync(first, Cancellation);
        await store.AddAsync(OrgKey(org, 1), Cancellation);
        await store.AddAsync(second, Cancellation);
        await store.AddAsync(OrgKey(org, 1), Cancellation);
        await store.AddAsync(OrgKey(org, 1, OrgKeyKind.BlindIndex), Cancellation);

        IReadOnlyList<OrgKeyRecord> keks = await store.FetchAsync(org, OrgKeyKind.Kek, Cancellation);
        Assert.Equal([(1, KeyState.DecryptOnly), (2, KeyState.Active)], keks.Select(k => (k.Version, k.State)));
        Assert.Equal(first.Wrapped.Ciphertext.ToArray(), keks[0].Wrapped.Ciphertext.ToArray());
        Assert.Equal(
            (second.Wrapped.RootKeyId, org, OrgKeyKind.Kek),
            (keks[1].Wrapped.RootKeyId, keks[1].OrgId, keks[1].Kind)
        );
        Assert.Single(await store.FetchAsync(org, OrgKeyKind.BlindIndex, Cancellation));
        Assert.Empty(await store.FetchAsync(org, OrgKeyKind.EventId, Cancellation));
        await RefusedAsync(CryptoErrorCodes.KeyStateMoveRefused, async () =>
            await store.AddAsync(OrgKey(org, 4), Cancellation)
        );
    }

    [Fact]
    public async Task Concurrent_creators_of_the_first_key_version_agree_on_one()
    {
        (Guid org, OrgSession session) = await OrgAsync("first at once");
        PostgresKeyStore store = StoreOf(session);
        await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => store.AddAsync(OrgKey(org, 1), Cancellation).AsTask()));
        Assert.Single(await store.FetchAsync(org, OrgKeyKind.Kek, Cancellation));
    }

    [Fact]
    public async Task Key_states_change_one_step_at_a_time_from_the_expected_state()
    {
        (Guid org, OrgSession session) = await OrgAsync("states");
        PostgresKeyStore store = StoreOf(session);
        await store.AddAsync(OrgKey(org, 1), Cancellation);
        await store.AddAsync(OrgKey(org, 2), Cancellation);
        KeyState[] states = [KeyState.Active, KeyState.DecryptOnly, KeyState.Retired, KeyState.Destroyed];
        foreach (KeyState from in states)
        foreach (KeyState to in states.Where(to => to != from + 1))
            await RefusedAsync(CryptoErrorCodes.KeyStateMoveRefused, async () =>
                await MoveAsync(store, org, 1, from, to)
            );

        Assert.False(await MoveAsync(store, org, 1, KeyState.Active, KeyState.DecryptOnly));
        Assert.False(await MoveAsync(store, org, 7, KeyState.Active, KeyState.DecryptOnly));
        Assert.True(await MoveAsync(store, org, 1, KeyState.DecryptOnly, KeyState.Retired));
        Assert.True(await MoveAsync(store, org, 1, KeyState.Retired, KeyState.Destroyed));
        OrgKeyRecord destroyed = (await store.FetchAsync(org, OrgKeyKind.Kek, Cancellation))[0];
        Assert.Equal(KeyState.Destroyed, destroyed.State);
        Assert.True(destroyed.Wrapped.Ciphertext.IsEmpty);
    }

    [Fact]
    public async Task An_epoch_that_still_wraps_a_data_key_cannot_be_destroyed()
    {
        (Guid org, OrgSession session) = await OrgAsync("epoch in use");
        PostgresKeyStore store = StoreOf(session);
        await store.AddAsync(OrgKey(org, 1), Cancellation);
        DataKeyRequest request = Request(NewPerson());
        await GetOrCreateAsync(store, org, request);
        await store.AddAsync(OrgKey(org, 2), Cancellation);
        await MoveAsync(store, org, 1, KeyState.DecryptOnly, KeyState.Retired);

        await RefusedAsync(CryptoErrorCodes.RewrapIncomplete, async () =>
            await MoveAsync(store, org, 1, KeyState.Retired, KeyState.Destroyed)
        );
        Assert.Equal(KeyState.Retired, (await store.FetchAsync(org, OrgKeyKind.Kek, Cancellation))[0].State);
        await store.CryptoShredAsync(org, request.Subject, Cancellation);
        Assert.True(await MoveAsync(store, org, 1, KeyState.Retired, KeyState.Destroyed));
    }

    [Fact]
    public async Task Changes_of_org_keys_are_audited()
    {
        (Guid org, OrgSession session) = await OrgAsync("on file");
        PostgresKeyStore store = StoreOf(session);
        await store.AddAsync(OrgKey(org, 1), Cancellation);
        await store.AddAsync(OrgKey(org, 2), Cancellation);
        await MoveAsync(store, org, 1, KeyState.DecryptOnly, KeyState.Retired);
        await MoveAsync(store, org, 1, KeyState.Retired, KeyState.Destroyed);
        Assert.Equal(
            "add kind 1 version 1, add kind 1 version 2, move kind 1 version 1 state 3, destroy kind 1 version 1 "
                + "state 4",
            await ScalarAsync<string>(
                fixture.Database,
                """
                select string_agg(action || ' ' || detail, ', ' order by occurred_at) from callintel_private.audit_log
                 where org_id = $1 and op = 0 and object = 'org_keys'
                """,
                org
            )
        );
    }

    static async Task<bool> MoveAsync(PostgresKeyStore store, Guid org, int version, KeyState from, KeyState to) =>
        await store.MoveAsync(org, OrgKeyKind.Kek, version, from, to, Cancellation);

    async Task<(Guid Org, OrgSession Session)> OrgAsync(string name)
    {
        TestOrg org = await fixture.Database.CreateOrgAsync(name, Cancellation);
        return (org.Id.Value, await org.OpenSessionAsync(OrgRole.Owner, Cancellation));
    }
}
