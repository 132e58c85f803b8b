using CallIntel.Sdk.Crypto;
using CallIntel.Sdk.Crypto.Keys;
using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Encryption;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using static CallIntel.Sdk.IntegrationTests.Encryption.KeyHarness;

namespace CallIntel.Sdk.IntegrationTests.Encryption;

/// <summary>The contract of IDataKeyStore, against the server.</summary>
public sealed class DataKeyStoreTests(DatabaseFixture fixture) : IClassFixture<DatabaseFixture>
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_data_key_is_created_once_and_then_reused()
    {
        (Guid org, OrgSession session) = await OrgAsync("made once");
        PostgresKeyStore store = StoreOf(session);
        DataKeyRequest first = Request(NewPerson(), uses: 7);

        DataKeyGrant made = await GetOrCreateAsync(store, org, first);
        AssertSame(first.Candidate, made.Record);
        Assert.Equal(7, made.Uses);

        DataKeyGrant again = await GetOrCreateAsync(store, org, Request(first.Subject, uses: 5));
        AssertSame(first.Candidate, again.Record);
        Assert.Equal(5, again.Uses);
        AssertSame(first.Candidate, await FetchAsync(store, org, first.Candidate.Id));
        Assert.Equal(12, await UsesAsync(made.Record.Id));
    }

    [Fact]
    public async Task Tens_of_thousands_of_keys_are_created_quickly_without_planner_statistics()
    {
        (Guid org, OrgSession session) = await OrgAsync("many");
        PostgresKeyStore store = StoreOf(session);
        // looked for in each other's rows the third batch would take a minute, and time out; along the keys it takes a
        // second
        for (int batch = 0; batch < 3; batch++)
            Assert.Equal(
                12_000,
                (
                    await store.GetOrCreateAsync(
                        org,
                        [.. Enumerable.Range(0, 12_000).Select(_ => Request(NewPerson(), 1))],
                        Cancellation
                    )
                ).Count
            );
    }

    [Fact]
    public async Task Thousands_of_keys_are_returned_in_the_order_of_the_requests()
    {
        (Guid org, OrgSession session) = await OrgAsync("order");
        PostgresKeyStore store = StoreOf(session);
        DataKeyRequest[] first = [.. Enumerable.Range(1, 2500).Select(i => Request(NewPerson(), 1 + i % 100))];
        Assert.Equal(
            first.Select(r => (r.Candidate.Id, r.Uses)),
            (await store.GetOrCreateAsync(org, first, Cancellation)).Select(g => (g.Record.Id, g.Uses))
        );

        // every second one is known, and they stand in another order than they were made
        DataKeyRequest[] mixed =
        [
            .. first.Reverse().SelectMany(r => new[] { Request(r.Subject, 3), Request(NewPerson(), 4) }),
        ];
        IReadOnlyList<DataKeyGrant> grants = await store.GetOrCreateAsync(org, mixed, Cancellation);
        Dictionary<KeySubject, KeyId> known = first.ToDictionary(r => r.Subject, r => r.Candidate.Id);
        Assert.Equal(
            mixed.Select(r => known.GetValueOrDefault(r.Subject, r.Candidate.Id)),
            grants.Select(g => g.Record.Id)
        );

        IReadOnlyList<DataKeyRecord> fetched = await store.FetchAsync(
            org,
            [.. grants.Select(g => g.Record.Id), NewKeyId()],
            Cancellation
        );
        Assert.Equal(grants.Select(g => g.Record.Id).Order(), fetched.Select(r => r.Id).Order());
        Assert.Empty(await store.FetchAsync(org, Array.Empty<KeyId>(), Cancellation));
        Assert.Empty(await store.GetOrCreateAsync(org, [], Cancellation));
    }

    [Fact]
    public async Task A_key_without_remaining_uses_is_replaced_by_the_candidate()
    {
        (Guid org, OrgSession session) = await OrgAsync("spent");
        PostgresKeyStore store = StoreOf(session);
        DataKeyRequest first = Request(NewPerson(), uses: 8);
        Assert.Equal(8, (await GetOrCreateAsync(store, org, first)).Uses);
        await LeaveUsesAsync(fixture.Database, first.Candidate.Id, 2);
        DataKeyGrant rest = await GetOrCreateAsync(store, org, Request(first.Subject, uses: 8));
        Assert.Equal((first.Candidate.Id, 2), (rest.Record.Id, rest.Uses));

        DataKeyRequest second = Request(first.Subject, uses: 8);
        DataKeyGrant renewed = await GetOrCreateAsync(store, org, second);
        Assert.Equal(
            (second.Candidate.Id, 8, KeyState.Active),
            (renewed.Record.Id, renewed.Uses, renewed.Record.State)
        );
        Assert.Equal(KeyState.DecryptOnly, (await FetchAsync(store, org, first.Candidate.Id)).State);
    }

    [Fact]
    public async Task A_candidate_key_under_a_stale_epoch_is_ignored()
    {
        (Guid org, OrgSession session) = await OrgAsync("stale");
        PostgresKeyStore store = StoreOf(session);
        DataKeyRequest known = Request(NewPerson());
        await GetOrCreateAsync(store, org, known);
        await store.AddAsync(OrgKey(org, 2), Cancellation);

        DataKeyRequest stale = Request(NewPerson());
        await RefusedAsync(CryptoErrorCodes.OrgKeyEpochStale, async () =>
            await store.GetOrCreateAsync(org, [Request(known.Subject, 5), stale], Cancellation)
        );
        Assert.Equal(1, await UsesAsync(known.Candidate.Id));
        Assert.Empty(await store.FetchAsync(org, [stale.Candidate.Id], Cancellation));

        // what need not be stored may be under any epoch
        Assert.Equal(
            known.Candidate.Id,
            (await GetOrCreateAsync(store, org, Request(known.Subject, epoch: 9))).Record.Id
        );
        Assert.Equal(2, (await GetOrCreateAsync(store, org, Request(stale.Subject, epoch: 2))).Record.Epoch);
        await RefusedAsync(CryptoErrorCodes.OrgKeyEpochStale, () =>
            GetOrCreateAsync(store, org, Request(NewPerson(), epoch: 3))
        );
    }

    [Fact]
    public async Task No_key_is_created_without_an_active_epoch()
    {
        TestOrg org = await fixture.Database.CreateOrgAsync("no epoch", Cancellation);
        await using OrgSession session = await org.OpenSessionAsync(OrgRole.Owner, Cancellation);
        PostgresKeyStore store = StoreOf(session);
        await RefusedAsync(CryptoErrorCodes.OrgKeyEpochStale, () =>
            GetOrCreateAsync(store, org.Id.Value, Request(NewPerson()))
        );
    }

    [Fact]
    public async Task A_shredded_person_never_gets_a_new_key()
    {
        (Guid org, OrgSession session) = await OrgAsync("shredded");
        PostgresKeyStore store = StoreOf(session);
        DataKeyRequest gone = Request(NewPerson()),
            stays = Request(gone.Subject with { Purpose = KeyPurpose.Scope("same-id") });
        await store.GetOrCreateAsync(org, [gone, stays], Cancellation);
        await store.CryptoShredAsync(org, gone.Subject, Cancellation);

        DataKeyRequest other = Request(NewPerson());
        IReadOnlyList<DataKeyGrant> grants = await store.GetOrCreateAsync(
            org,
            [Request(gone.Subject, 5), other, Request(stays.Subject, 5)],
            Cancellation
        );
        Assert.Equal(
            (gone.Candidate.Id, KeyState.Destroyed, 0),
            (grants[0].Record.Id, grants[0].Record.State, grants[0].Uses)
        );
        Assert.True(grants[0].Record.Wrapped.IsEmpty);
        Assert.Equal((other.Candidate.Id, 1), (grants[1].Record.Id, grants[1].Uses));
        Assert.Equal((stays.Candidate.Id, 5), (grants[2].Record.Id, grants[2].Uses));
    }

    [Fact]
    public async Task Duplicate_subjects_and_requests_for_zero_uses_are_rejected()
    {
        (Guid org, OrgSession session) = await OrgAsync("twice");
        PostgresKeyStore store = StoreOf(session);
        KeySubject person = NewPerson();
        await RefusedAsync(ErrorCodes.DatabaseError, async () =>
            await store.GetOrCreateAsync(org, [Request(person), Request(person)], Cancellation)
        );
        await RefusedAsync(ErrorCodes.DatabaseError, () => GetOrCreateAsync(store, org, Request(person, uses: 0)));
    }

    [Fact]
    public async Task Keys_are_available_only_in_a_session_of_their_org()
    {
        Guid org = fixture.Own.Id.Value;
        Guid foreign = fixture.Foreign.Id.Value;
        PostgresKeyStore none = new(null, NullLogger.Instance);
        await RefusedAsync(ErrorCodes.NoContext, () => FetchAsync(none, org, NewKeyId()));
        await using OrgSession session = await fixture.Own.OpenSessionAsync(OrgRole.Owner, Cancellation),
            other = await fixture.Foreign.OpenSessionAsync(OrgRole.Owner, Cancellation);
        await RefusedAsync(CryptoErrorCodes.KeyOrgMismatch, () => FetchAsync(StoreOf(session), foreign, NewKeyId()));
        Assert.Empty(await StoreOf(other).FetchAsync(foreign, [NewKeyId()], Cancellation));
        Assert.Empty(await StoreOf(session).FetchAsync(org, [NewKeyId()], Cancellation));
        // the caches of all sessions belong to none
        await RefusedAsync(ErrorCodes.NoContext, async () =>
            await session.Encryption.Shared.DataKeys.RentManyAsync(org, [NewKeyId()], Cancellation)
        );
    }

    async Task<(Guid Org, OrgSession Session)> OrgAsync(string name)
    {
        TestOrg org = await fixture.Database.CreateOrgAsync(name, Cancellation);
        OrgSession session = await org.OpenSessionAsync(OrgRole.Owner, Cancellation);
        await StoreOf(session).AddAsync(OrgKey(org.Id.Value, 1), Cancellation);
        return (org.Id.Value, session);
    }

    Task<long> UsesAsync(KeyId id) =>
        ScalarAsync<long>(
            fixture.Database,
            "select uses from callintel_private.data_keys where key_id = $1",
            id.ToArray()
        );

    static void AssertSame(DataKeyRecord expected, DataKeyRecord actual)
    {
        Assert.Equal(expected with { Wrapped = default }, actual with { Wrapped = default });
        Assert.Equal(expected.Wrapped.ToArray(), actual.Wrapped.ToArray());
    }
}
