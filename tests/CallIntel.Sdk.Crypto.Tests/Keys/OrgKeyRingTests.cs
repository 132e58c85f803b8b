using CallIntel.Sdk.Crypto.BlindIndex;
using CallIntel.Sdk.Crypto.Keys;

namespace CallIntel.Sdk.Crypto.Tests.Keys;

public class OrgKeyRingTests
{
    [Fact]
    public async Task Concurrent_requests_for_the_first_org_key_get_the_same_key()
    {
        var store = new MemoryKeyStore();
        using var one = new KeySystem(store: store);
        using var two = new KeySystem(store: store);
        OrgKek[] keks = await Task.WhenAll(
            Enumerable
                .Range(0, 40)
                .Select(i => (i % 2 == 0 ? one : two).OrgKeys.GetActiveKekAsync(TestKeys.Org).AsTask())
        );
        Assert.All(keks, k => Assert.Equal((TestKeys.Org, 1), (k.OrgId, k.Epoch)));
        Assert.Single(store.OrgKeys);
        using DataKey key = DataKey.Generate(TestKeys.Org, TestKeys.Person);
        var record = new DataKeyRecord(key.Id, key.Subject, 1, KeyState.Active, keks[0].Wrap(key));
        Assert.All(keks, k => k.Unwrap(record).Dispose());
        Assert.All(keks, k => k.Dispose());
    }

    [Fact]
    public async Task Another_process_loads_a_new_epoch_when_it_needs_it()
    {
        var store = new MemoryKeyStore();
        using var one = new KeySystem(store: store);
        using var two = new KeySystem(store: store);
        using OrgKek before = await two.OrgKeys.GetActiveKekAsync(TestKeys.Org, TestContext.Current.CancellationToken);
        Assert.Equal(
            2,
            await one.OrgKeys.RotateAsync(TestKeys.Org, OrgKeyKind.Kek, TestContext.Current.CancellationToken)
        );
        using OrgKek met = await two.OrgKeys.GetKekAsync(TestKeys.Org, 2, TestContext.Current.CancellationToken);
        Assert.Equal(2, met.Epoch);
        await two.OrgKeys.RotateAsync(TestKeys.Org, OrgKeyKind.BlindIndex, TestContext.Current.CancellationToken);
        Assert.Equal(
            3,
            await two.OrgKeys.RotateAsync(TestKeys.Org, OrgKeyKind.BlindIndex, TestContext.Current.CancellationToken)
        );
        using BlindIndexKeys indexes = await one.OrgKeys.GetBlindIndexKeysAsync(
            TestKeys.Org,
            "phone",
            cancellationToken: TestContext.Current.CancellationToken
        );
        Assert.Equal([3, 2, 1], indexes.All.Select(k => k.Version));
        await TestKeys.AssertCodeAsync(CryptoErrorCodes.OrgKeyMissing, async () =>
            await two.OrgKeys.GetKekAsync(TestKeys.Org, 3)
        );
        Assert.Equal(
            [KeyState.DecryptOnly, KeyState.Active],
            store.OrgKeys.Where(k => k.Kind == OrgKeyKind.Kek).Select(k => k.State)
        );
    }

    [Fact]
    public async Task A_rotation_creates_a_new_version_even_if_the_last_one_is_not_cached()
    {
        var store = new MemoryKeyStore();
        using var one = new KeySystem(store: store);
        using var two = new KeySystem(store: store);
        (await two.OrgKeys.GetActiveKekAsync(TestKeys.Org, TestContext.Current.CancellationToken)).Dispose();
        Assert.Equal(
            2,
            await one.OrgKeys.RotateAsync(TestKeys.Org, OrgKeyKind.Kek, TestContext.Current.CancellationToken)
        );
        Assert.Equal(
            3,
            await two.OrgKeys.RotateAsync(TestKeys.Org, OrgKeyKind.Kek, TestContext.Current.CancellationToken)
        );
    }

    [Fact]
    public async Task Expired_org_keys_are_read_again()
    {
        using var system = new KeySystem();
        int reads = 0;
        system.Store.OnOrgKey = r =>
        {
            reads++;
            return r;
        };
        (await system.OrgKeys.GetActiveKekAsync(TestKeys.Org, TestContext.Current.CancellationToken)).Dispose();
        int first = reads;
        system.Clock.Advance(TimeSpan.FromMinutes(5) - TimeSpan.FromTicks(1));
        (await system.OrgKeys.GetActiveKekAsync(TestKeys.Org, TestContext.Current.CancellationToken)).Dispose();
        Assert.Equal(first, reads);
        system.Clock.Advance(TimeSpan.FromTicks(1));
        (await system.OrgKeys.GetActiveKekAsync(TestKeys.Org, TestContext.Current.CancellationToken)).Dispose();
        Assert.Equal(first + 1, reads);
        Assert.Throws<ArgumentOutOfRangeException>(() =>
            new OrgKeyRing(system.Root, system.Store, new OrgKeyRingOptions { TimeToLive = TimeSpan.Zero })
        );
    }

    [Fact]
    public async Task A_handle_works_after_invalidation_but_not_after_the_ring_is_disposed()
    {
        using var system = new KeySystem();
        OrgKek kek = await system.OrgKeys.GetActiveKekAsync(TestKeys.Org, TestContext.Current.CancellationToken);
        OrgKek other = await system.OrgKeys.GetActiveKekAsync(TestKeys.Org, TestContext.Current.CancellationToken);
        system.OrgKeys.Invalidate(TestKeys.Org);
        other.Dispose();
        using DataKey key = DataKey.Generate(TestKeys.Org, TestKeys.Person);
        kek.Wrap(key);
        system.OrgKeys.Dispose();
        Assert.Throws<ObjectDisposedException>(() => kek.Wrap(key));
        kek.Dispose();
        await Assert.ThrowsAsync<ObjectDisposedException>(async () =>
            await system.OrgKeys.GetActiveKekAsync(TestKeys.Org, TestContext.Current.CancellationToken)
        );
    }

    [Fact]
    public async Task A_failing_provider_or_store_is_reported_and_called_again_next_time()
    {
        using var root = new FaultyRoot();
        using var system = new KeySystem(root: root);
        root.Fault = new HttpRequestException("down");
        CallIntelException e = await TestKeys.AssertCodeAsync(CryptoErrorCodes.RootProviderUnavailable, async () =>
            await system.OrgKeys.GetActiveKekAsync(TestKeys.Org)
        );
        Assert.IsType<HttpRequestException>(e.InnerException);
        Assert.Empty(system.Store.OrgKeys);
        root.Fault = null;
        (await system.OrgKeys.GetActiveKekAsync(TestKeys.Org, TestContext.Current.CancellationToken)).Dispose();
        root.Fault = new HttpRequestException("down");
        system.OrgKeys.Invalidate(TestKeys.Org);
        await TestKeys.AssertCodeAsync(CryptoErrorCodes.RootProviderUnavailable, async () =>
            await system.OrgKeys.GetActiveKekAsync(TestKeys.Org)
        );
        // An HTTP client reports a time-out this way, although no caller cancelled.
        root.Fault = new TaskCanceledException("timed out", new TimeoutException());
        await TestKeys.AssertCodeAsync(CryptoErrorCodes.RootProviderUnavailable, async () =>
            await system.OrgKeys.GetActiveKekAsync(TestKeys.Org)
        );
        root.Fault = null;
        (await system.OrgKeys.GetActiveKekAsync(TestKeys.Org, TestContext.Current.CancellationToken)).Dispose();
        root.Fault = new TaskCanceledException("timed out", new TimeoutException());
        await TestKeys.AssertCodeAsync(CryptoErrorCodes.RootProviderUnavailable, async () =>
            await system.OrgKeys.RotateAsync(TestKeys.Org, OrgKeyKind.Kek)
        );
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
            await system.OrgKeys.RotateAsync(TestKeys.Org, OrgKeyKind.Kek, new CancellationToken(true))
        );
        Assert.Single(system.Store.OrgKeys);
        root.Fault = null;
        system.OrgKeys.Invalidate(TestKeys.Org);
        system.Store.OnOrgKey = _ => throw new TimeoutException();
        await TestKeys.AssertCodeAsync(CryptoErrorCodes.KeyStoreUnavailable, async () =>
            await system.OrgKeys.GetActiveKekAsync(TestKeys.Org)
        );
        system.Store.OnOrgKey = r => r with { OrgId = TestKeys.OtherOrg };
        await TestKeys.AssertCodeAsync(CryptoErrorCodes.KeyStoreContractBroken, async () =>
            await system.OrgKeys.GetActiveKekAsync(TestKeys.Org)
        );
        system.Store.OnOrgKey = r => r with { State = KeyState.DecryptOnly };
        await TestKeys.AssertCodeAsync(CryptoErrorCodes.KeyStoreContractBroken, async () =>
            await system.OrgKeys.GetActiveKekAsync(TestKeys.Org)
        );
        system.Store.OnOrgKey = r => r;
        (await system.OrgKeys.GetActiveKekAsync(TestKeys.Org, TestContext.Current.CancellationToken)).Dispose();
    }

    [Fact]
    public async Task After_a_rotation_there_are_two_blind_index_keys_the_active_one_first()
    {
        using var system = new KeySystem();
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        using BlindIndexKeys before = await system.OrgKeys.GetBlindIndexKeysAsync(
            TestKeys.Org,
            "phone",
            cancellationToken: cancellation
        );
        Assert.Equal(2, await system.OrgKeys.RotateAsync(TestKeys.Org, OrgKeyKind.BlindIndex, cancellation));
        using BlindIndexKeys after = await system.OrgKeys.GetBlindIndexKeysAsync(
            TestKeys.Org,
            "phone",
            cancellationToken: cancellation
        );
        Assert.Equal([2, 1], after.All.Select(k => k.Version));
        Assert.Equal(2, after.Active.Version);
        Guid[] indexes = [.. after.All.Select(k => k.Compute(BlindIndexKind.PhoneE164, "+14155550123"))];
        Assert.Equal(before.Active.Compute(BlindIndexKind.PhoneE164, "+14155550123"), indexes[1]);
        Assert.NotEqual(indexes[0], indexes[1]);
        await Assert.ThrowsAsync<ArgumentException>(async () =>
            await system.OrgKeys.GetBlindIndexKeysAsync(TestKeys.Org, "ü", cancellationToken: cancellation)
        );
    }

    [Fact]
    public async Task A_damaged_older_index_version_is_skipped_in_a_search_and_stops_writing()
    {
        using var system = new KeySystem();
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        (await system.OrgKeys.GetBlindIndexKeysAsync(TestKeys.Org, "phone", cancellationToken: cancellation)).Dispose();
        await system.OrgKeys.RotateAsync(TestKeys.Org, OrgKeyKind.BlindIndex, cancellation);
        int damaged = 1;
        system.Store.OnOrgKey = r =>
            r.Version == damaged
                ? r with
                {
                    Wrapped = r.Wrapped with { Ciphertext = new byte[r.Wrapped.Ciphertext.Length] },
                }
                : r;
        system.OrgKeys.Invalidate(TestKeys.Org);

        using BlindIndexKeys? found = await system.OrgKeys.FindBlindIndexKeysAsync(
            TestKeys.Org,
            "phone",
            cancellationToken: cancellation
        );
        Assert.Equal([2], found!.All.Select(k => k.Version));
        Assert.Equal(CryptoErrorCodes.RootUnwrapFailed, found.Fault?.Code);
        await TestKeys.AssertCodeAsync(CryptoErrorCodes.RootUnwrapFailed, async () =>
            await system.OrgKeys.GetBlindIndexKeysAsync(TestKeys.Org, "phone")
        );

        damaged = 2; // the active one is needed by a search too
        system.OrgKeys.Invalidate(TestKeys.Org);
        await TestKeys.AssertCodeAsync(CryptoErrorCodes.RootUnwrapFailed, async () =>
            await system.OrgKeys.FindBlindIndexKeysAsync(TestKeys.Org, "phone")
        );

        damaged = 0;
        system.OrgKeys.Invalidate(TestKeys.Org);
        using BlindIndexKeys? whole = await system.OrgKeys.FindBlindIndexKeysAsync(
            TestKeys.Org,
            "phone",
            cancellationToken: cancellation
        );
        Assert.Equal([2, 1], whole!.All.Select(k => k.Version));
        Assert.Null(whole.Fault);
    }

    [Fact]
    public async Task A_key_created_after_a_destroyed_one_has_the_next_version()
    {
        using var system = new KeySystem();
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        (await system.OrgKeys.GetActiveKekAsync(TestKeys.Org, cancellation)).Dispose();
        await system.Store.MoveAsync(
            TestKeys.Org,
            OrgKeyKind.Kek,
            1,
            KeyState.Active,
            KeyState.Destroyed,
            cancellation
        );
        system.OrgKeys.Invalidate(TestKeys.Org);
        using OrgKek next = await system.OrgKeys.GetActiveKekAsync(TestKeys.Org, cancellation);
        Assert.Equal(2, next.Epoch);
    }

    sealed class FaultyRoot : IRootKeyProvider, IDisposable
    {
        public void Dispose() => _inner.Dispose();

        readonly EnvironmentRootKeyProvider _inner = new("R", _ => _.Length == 1 ? TestKeys.RootText : null);

        internal Exception? Fault { get; set; }

        public ValueTask<RootWrappedKey> WrapAsync(
            RootKeyContext context,
            ReadOnlyMemory<byte> key,
            CancellationToken cancellationToken = default
        ) => Fault is null ? _inner.WrapAsync(context, key, cancellationToken) : throw Fault;

        public ValueTask UnwrapAsync(
            RootKeyContext context,
            RootWrappedKey wrapped,
            Memory<byte> destination,
            CancellationToken cancellationToken = default
        ) => Fault is null ? _inner.UnwrapAsync(context, wrapped, destination, cancellationToken) : throw Fault;

        public ValueTask<IReadOnlyList<RootWrappedKey>> RewrapManyAsync(
            IReadOnlyList<RootRewrapItem> items,
            CancellationToken cancellationToken = default
        ) => _inner.RewrapManyAsync(items, cancellationToken);

        public ValueTask DestroyAsync(string rootKeyId, CancellationToken cancellationToken = default) =>
            _inner.DestroyAsync(rootKeyId, cancellationToken);
    }
}
