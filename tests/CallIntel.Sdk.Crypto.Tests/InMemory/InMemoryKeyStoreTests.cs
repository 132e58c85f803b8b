using System.Security.Cryptography;
using CallIntel.Sdk.Crypto.InMemory;
using CallIntel.Sdk.Crypto.Keys;
using CallIntel.Sdk.Crypto.Rotation;

namespace CallIntel.Sdk.Crypto.Tests.InMemory;

/// <summary>Behaviour of the in-memory store that the contract of all stores does not cover.</summary>
public class InMemoryKeyStoreTests
{
    static readonly KeySubject Scope = KeySubject.Scope("store");
    readonly InMemoryKeyStore _store = new();

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Missing_arguments_are_rejected_by_name()
    {
        await NullAsync("keyIds", async () => await _store.FetchAsync(TestKeys.Org, null!, Cancellation));
        await NullAsync("demands", async () => await _store.FindActiveAsync(TestKeys.Org, null!, Cancellation));
        await NullAsync("requests", async () => await _store.GetOrCreateAsync(TestKeys.Org, null!, Cancellation));
        await NullAsync("keyIds", async () => await _store.RetireAsync(TestKeys.Org, null!, Cancellation));
        await NullAsync("keys", async () => await _store.ReplaceAsync(TestKeys.Org, null!, Cancellation));
        await NullAsync("candidate", async () => await _store.AddAsync(null!, Cancellation));
        await NullAsync("keys", async () => await _store.ReplaceAsync(null!, Cancellation));
    }

    [Fact]
    public async Task Cancelled_calls_change_nothing()
    {
        var cancelled = new CancellationToken(true);
        await _store.AddAsync(OrgKey(1), Cancellation);
        DataKeyRequest request = Request(Scope);
        await _store.GetOrCreateAsync(TestKeys.Org, [request], Cancellation);
        List<DataKeyRecord> keys = _store.Keys;
        IReadOnlyList<OrgKeyRecord> orgKeys = _store.OrgKeys;
        KeyId id = request.Candidate.Id;
        Func<Task>[] calls =
        [
            async () => await _store.FetchAsync(TestKeys.Org, [id], cancelled),
            async () => await _store.FindActiveAsync(TestKeys.Org, [new KeyDemand(Scope, 1)], cancelled),
            async () => await _store.GetOrCreateAsync(TestKeys.Org, [Request(TestKeys.Person)], cancelled),
            async () => await _store.RetireAsync(TestKeys.Org, [id], cancelled),
            async () => await _store.ReadOutdatedAsync(TestKeys.Org, 2, null, 1, cancelled),
            async () =>
                await _store.ReplaceAsync(TestKeys.Org, [new RewrappedDataKey(id, 1, 2, new byte[4])], cancelled),
            async () => await _store.CountOutdatedAsync(TestKeys.Org, 2, cancelled),
            async () => await _store.CryptoShredAsync(TestKeys.Org, Scope, cancelled),
            async () => await _store.FetchAsync(TestKeys.Org, OrgKeyKind.Kek, cancelled),
            async () => await _store.AddAsync(OrgKey(2), cancelled),
            async () =>
                await _store.MoveAsync(
                    TestKeys.Org,
                    OrgKeyKind.Kek,
                    1,
                    KeyState.Active,
                    KeyState.DecryptOnly,
                    cancelled
                ),
            async () => await _store.ReadOutdatedAsync("new", null, 1, cancelled),
            async () =>
                await _store.ReplaceAsync(
                    [
                        new RewrappedOrgKey(
                            orgKeys[0].Context,
                            orgKeys[0].Wrapped,
                            new RootWrappedKey("new", new byte[4])
                        ),
                    ],
                    cancelled
                ),
            async () => await _store.CountOutdatedAsync("new", cancelled),
            async () => await _store.CountUnderAsync("old", cancelled),
        ];
        foreach (Func<Task> call in calls)
            await Assert.ThrowsAsync<OperationCanceledException>(call);

        Assert.Equal(keys, _store.Keys);
        Assert.Equal(orgKeys, _store.OrgKeys);
        Assert.Equal(1, _store.Used(TestKeys.Org, id));
        DataKeyGrant later = (await _store.GetOrCreateAsync(TestKeys.Org, [Request(Scope)], Cancellation))[0];
        Assert.Equal((id, 1), (later.Record.Id, later.Uses));
    }

    [Fact]
    public async Task The_result_for_a_crypto_shredded_subject_contains_its_destroyed_key()
    {
        await _store.AddAsync(OrgKey(1), Cancellation);
        DataKeyRequest request = Request(TestKeys.Person);
        await _store.GetOrCreateAsync(TestKeys.Org, [request], Cancellation);
        await _store.CryptoShredAsync(TestKeys.Org, TestKeys.Person, Cancellation);
        await _store.CryptoShredAsync(TestKeys.Org, Scope, Cancellation);
        IReadOnlyList<DataKeyGrant?> found = await _store.FindActiveAsync(
            TestKeys.Org,
            [new KeyDemand(TestKeys.Person, 1), new KeyDemand(Scope, 1)],
            Cancellation
        );
        Assert.Equal([request.Candidate.Id, default], found.Select(g => g!.Record.Id));
        Assert.All(found, g => Assert.Equal((0, KeyState.Destroyed), (g!.Uses, g.Record.State)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_candidate_for_a_spent_or_retired_key_has_to_be_under_the_active_epoch(bool spent)
    {
        await _store.AddAsync(OrgKey(1), Cancellation);
        DataKeyRequest first = Request(Scope, uses: spent ? Scope.Purpose.UsageCap : 1);
        await _store.GetOrCreateAsync(TestKeys.Org, [first], Cancellation);
        if (!spent)
            await _store.RetireAsync(TestKeys.Org, [first.Candidate.Id], Cancellation);

        await _store.AddAsync(OrgKey(2), Cancellation);
        await TestKeys.AssertCodeAsync(CryptoErrorCodes.OrgKeyEpochStale, async () =>
            await _store.GetOrCreateAsync(TestKeys.Org, [Request(Scope)], Cancellation)
        );
        Assert.Equal([first.Candidate.Id], _store.Keys.Select(k => k.Id));
        DataKeyRequest second = Request(Scope, epoch: 2);
        Assert.Equal(second.Candidate, (await _store.GetOrCreateAsync(TestKeys.Org, [second], Cancellation))[0].Record);
    }

    [Fact]
    public async Task A_key_with_one_use_left_needs_no_candidate()
    {
        await _store.AddAsync(OrgKey(1), Cancellation);
        DataKeyRequest first = Request(Scope, uses: Scope.Purpose.UsageCap - 1);
        await _store.GetOrCreateAsync(TestKeys.Org, [first], Cancellation);
        await _store.AddAsync(OrgKey(2), Cancellation);
        DataKeyGrant rest = (await _store.GetOrCreateAsync(TestKeys.Org, [Request(Scope)], Cancellation))[0];
        Assert.Equal((first.Candidate.Id, 1), (rest.Record.Id, rest.Uses));
    }

    [Fact]
    public async Task The_newest_of_two_active_epochs_is_used()
    {
        _store.Put(OrgKey(1));
        _store.Put(OrgKey(2));
        await TestKeys.AssertCodeAsync(CryptoErrorCodes.OrgKeyEpochStale, async () =>
            await _store.GetOrCreateAsync(TestKeys.Org, [Request(Scope, epoch: 1)], Cancellation)
        );
        DataKeyRequest request = Request(Scope, epoch: 2);
        Assert.Equal(
            request.Candidate,
            (await _store.GetOrCreateAsync(TestKeys.Org, [request], Cancellation))[0].Record
        );
    }

    [Fact]
    public async Task Destroying_an_org_key_deletes_the_wrapped_key_and_keeps_the_root_key_id()
    {
        OrgKeyRecord added = OrgKey(1);
        await _store.AddAsync(added, Cancellation);
        foreach (KeyState state in new[] { KeyState.Active, KeyState.DecryptOnly, KeyState.Retired })
        {
            Assert.Equal(added with { State = state }, Assert.Single(_store.OrgKeys));
            Assert.True(await _store.MoveAsync(TestKeys.Org, OrgKeyKind.Kek, 1, state, state + 1, Cancellation));
            Assert.False(await _store.MoveAsync(TestKeys.Org, OrgKeyKind.Kek, 1, state, state + 1, Cancellation));
        }

        OrgKeyRecord destroyed = Assert.Single(_store.OrgKeys);
        Assert.Equal(
            (KeyState.Destroyed, "old", 0),
            (destroyed.State, destroyed.Wrapped.RootKeyId, destroyed.Wrapped.Ciphertext.Length)
        );
        Assert.False(
            await _store.MoveAsync(TestKeys.Org, OrgKeyKind.Kek, 2, KeyState.Active, KeyState.DecryptOnly, Cancellation)
        );
    }

    [Fact]
    public async Task Outdated_org_keys_are_read_in_order_page_by_page_without_destroyed_ones()
    {
        OrgKeyRecord[] outdated = await FillAsync();
        Assert.Equal(outdated, await _store.ReadOutdatedAsync("new", null, 10, Cancellation));
        Assert.Equal(outdated[..2], await _store.ReadOutdatedAsync("new", null, 2, Cancellation));
        for (int i = 0; i < outdated.Length; i++)
            Assert.Equal(
                outdated[(i + 1)..],
                await _store.ReadOutdatedAsync("new", outdated[i].Context, 10, Cancellation)
            );

        Assert.Equal(
            [(TestKeys.Org, 3)],
            (await _store.ReadOutdatedAsync("old", null, 10, Cancellation)).Select(k => (k.OrgId, k.Version))
        );
    }

    [Fact]
    public async Task Destroyed_org_keys_are_not_counted()
    {
        OrgKeyRecord[] outdated = await FillAsync();
        Assert.Equal(
            (outdated.Length, 1),
            (await _store.CountOutdatedAsync("new", Cancellation), await _store.CountUnderAsync("new", Cancellation))
        );
        Assert.Equal(
            (1, outdated.Length),
            (await _store.CountOutdatedAsync("old", Cancellation), await _store.CountUnderAsync("old", Cancellation))
        );
        Assert.Equal(
            (outdated.Length + 1, 0),
            (await _store.CountOutdatedAsync("none", Cancellation), await _store.CountUnderAsync("none", Cancellation))
        );
    }

    [Fact]
    public async Task A_rewrapped_org_key_replaces_only_an_unchanged_key()
    {
        OrgKeyRecord[] outdated = await FillAsync();
        OrgKeyRecord destroyed = _store.OrgKeys.Single(k => k.State == KeyState.Destroyed);
        IReadOnlyList<OrgKeyRecord> before = _store.OrgKeys;
        var to = new RootWrappedKey("new", RandomNumberGenerator.GetBytes(61));
        RootWrappedKey read = outdated[0].Wrapped;
        foreach (
            RewrappedOrgKey refused in new[]
            {
                new RewrappedOrgKey(outdated[0].Context with { Version = 9 }, read, to),
                new RewrappedOrgKey(outdated[0].Context with { Kind = OrgKeyKind.EventId }, read, to),
                new RewrappedOrgKey(outdated[0].Context, read with { RootKeyId = "other" }, to),
                new RewrappedOrgKey(outdated[0].Context, read with { Ciphertext = outdated[1].Wrapped.Ciphertext }, to),
                new RewrappedOrgKey(destroyed.Context, destroyed.Wrapped, to),
            }
        )
        {
            Assert.Equal(0, await _store.ReplaceAsync([refused], Cancellation));
            Assert.Equal(before, _store.OrgKeys);
        }

        // A key that is skipped does not prevent the next key from being stored.
        Assert.Equal(
            1,
            await _store.ReplaceAsync(
                [new(destroyed.Context, destroyed.Wrapped, to), new(outdated[0].Context, read, to)],
                Cancellation
            )
        );
        Assert.Equal(
            before.Select(k => k.Context == outdated[0].Context ? k with { Wrapped = to } : k),
            _store.OrgKeys
        );
    }

    [Fact]
    public async Task Keys_of_different_kinds_and_orgs_are_separate()
    {
        await _store.AddAsync(OrgKey(1), Cancellation);
        await _store.AddAsync(OrgKey(1) with { Kind = OrgKeyKind.BlindIndex }, Cancellation);
        await _store.AddAsync(OrgKey(2) with { OrgId = TestKeys.OtherOrg }, Cancellation);
        Assert.All(_store.OrgKeys, k => Assert.Equal(KeyState.Active, k.State));
        Assert.Equal(
            [1],
            (await _store.FetchAsync(TestKeys.Org, OrgKeyKind.BlindIndex, Cancellation)).Select(k => k.Version)
        );
        Assert.Equal(
            [2],
            (await _store.FetchAsync(TestKeys.OtherOrg, OrgKeyKind.Kek, Cancellation)).Select(k => k.Version)
        );
        Assert.Empty(await _store.FetchAsync(TestKeys.OtherOrg, OrgKeyKind.BlindIndex, Cancellation));
    }

    [Fact]
    public async Task Only_data_keys_of_an_epoch_prevent_its_destruction()
    {
        await _store.AddAsync(OrgKey(1), Cancellation);
        await _store.AddAsync(OrgKey(1) with { Kind = OrgKeyKind.BlindIndex }, Cancellation);
        await _store.AddAsync(OrgKey(2), Cancellation);
        await _store.AddAsync(OrgKey(3), Cancellation);
        _store.Put(TestKeys.Org, Record(Scope, epoch: 1));
        Assert.True(
            await _store.MoveAsync(
                TestKeys.Org,
                OrgKeyKind.BlindIndex,
                1,
                KeyState.Active,
                KeyState.Destroyed,
                Cancellation
            )
        );
        Assert.True(
            await _store.MoveAsync(
                TestKeys.Org,
                OrgKeyKind.Kek,
                2,
                KeyState.DecryptOnly,
                KeyState.Destroyed,
                Cancellation
            )
        );
        await TestKeys.AssertCodeAsync(CryptoErrorCodes.RewrapIncomplete, async () =>
            await _store.MoveAsync(
                TestKeys.Org,
                OrgKeyKind.Kek,
                1,
                KeyState.DecryptOnly,
                KeyState.Destroyed,
                Cancellation
            )
        );
        Assert.True(
            await _store.MoveAsync(
                TestKeys.Org,
                OrgKeyKind.Kek,
                1,
                KeyState.DecryptOnly,
                KeyState.Retired,
                Cancellation
            )
        );
    }

    /// <summary>Four keys under "old" in two orgs, one under "new" and a destroyed one under "old".</summary>
    async Task<OrgKeyRecord[]> FillAsync()
    {
        foreach (int version in new[] { 4, 1, 2 })
            _store.Put(OrgKey(version));

        _store.Put(OrgKey(1) with { Kind = OrgKeyKind.BlindIndex });
        _store.Put(OrgKey(1) with { OrgId = TestKeys.OtherOrg });
        _store.Put(OrgKey(3) with { Wrapped = new RootWrappedKey("new", new byte[61]) });
        Assert.True(
            await _store.MoveAsync(TestKeys.Org, OrgKeyKind.Kek, 4, KeyState.Active, KeyState.Destroyed, Cancellation)
        );
        return
        [
            .. _store
                .OrgKeys.Where(k => k.State != KeyState.Destroyed && k.Wrapped.RootKeyId == "old")
                .OrderBy(k => k.OrgId)
                .ThenBy(k => k.Kind)
                .ThenBy(k => k.Version),
        ];
    }

    static OrgKeyRecord OrgKey(int version) =>
        new(
            TestKeys.Org,
            OrgKeyKind.Kek,
            version,
            KeyState.Active,
            new RootWrappedKey("old", RandomNumberGenerator.GetBytes(61))
        );

    static DataKeyRequest Request(KeySubject subject, long uses = 1, int epoch = 1) =>
        new(subject, uses, Record(subject, epoch));

    static DataKeyRecord Record(KeySubject subject, int epoch = 1) =>
        new(
            new KeyId(RandomNumberGenerator.GetBytes(KeyId.Length)),
            subject,
            epoch,
            KeyState.Active,
            RandomNumberGenerator.GetBytes(DataKeyRecord.WrappedLength)
        );

    static async Task NullAsync(string name, Func<Task> action) =>
        Assert.Equal(name, (await Assert.ThrowsAsync<ArgumentNullException>(action)).ParamName);
}
