using CallIntel.Sdk.Crypto.Envelope;
using CallIntel.Sdk.Crypto.InMemory;
using CallIntel.Sdk.Crypto.Keys;
using CallIntel.Sdk.Crypto.Rotation;
using CallIntel.Sdk.Crypto.Tests.Contracts;

namespace CallIntel.Sdk.Crypto.Tests.Rotation;

public sealed class RotationTests : IDisposable
{
    readonly KeySystem _system = new();

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    EpochRotation Rotation => new(_system.Store, _system.Store, _system.OrgKeys) { PageSize = 10 };

    public void Dispose() => _system.Dispose();

    [Fact]
    public async Task All_keys_move_to_the_new_epoch_and_still_decrypt()
    {
        Dictionary<KeyId, byte[]> envelopes = await WriteAsync(25);
        List<RewrapProgress> reports = [];
        RewrapProgress result = await Rotation.RotateAsync(TestKeys.Org, new Listener(reports.Add), Cancellation);
        Assert.Equal((2, 25, 0, 0), (result.Epoch, result.Rewrapped, result.Skipped, result.Remaining));
        Assert.Empty(result.Failed);
        Assert.Equal([(10, 15), (20, 5), (25, 0)], reports.Select(r => (r.Rewrapped, r.Remaining)));
        Assert.All(_system.Store.Keys, k => Assert.Equal(2, k.Epoch));

        Assert.Equal([1], await Rotation.DestroyOldEpochsAsync(TestKeys.Org, Cancellation));
        Assert.Equal([KeyState.Destroyed, KeyState.Active], _system.Store.OrgKeys.Select(k => k.State));
        Assert.Empty(await Rotation.DestroyOldEpochsAsync(TestKeys.Org, Cancellation));
        await TestKeys.AssertCodeAsync(CryptoErrorCodes.OrgKeyDestroyed, async () =>
            await _system.OrgKeys.GetKekAsync(TestKeys.Org, 1)
        );
        await AssertOpenAsync(envelopes, DecryptResult.Ok);
        Assert.Equal(
            0,
            (
                await new DekRewrapper(_system.Store, _system.OrgKeys).RunAsync(
                    TestKeys.Org,
                    cancellationToken: Cancellation
                )
            ).Rewrapped
        );
    }

    [Fact]
    public async Task Old_epochs_are_destroyed_oldest_first_until_cancelled()
    {
        await WriteAsync(2);
        await Rotation.RotateAsync(TestKeys.Org, cancellationToken: Cancellation);
        await Rotation.RotateAsync(TestKeys.Org, cancellationToken: Cancellation);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            Rotation.DestroyOldEpochsAsync(TestKeys.Org, new CancellationToken(true))
        );
        Assert.DoesNotContain(KeyState.Destroyed, _system.Store.OrgKeys.Select(k => k.State));
        Assert.Equal([1, 2], await Rotation.DestroyOldEpochsAsync(TestKeys.Org, Cancellation));
    }

    [Fact]
    public async Task When_two_epochs_are_active_the_older_one_is_destroyed()
    {
        var store = new InMemoryKeyStore();
        foreach (int epoch in new[] { 1, 2 })
            store.Put(
                new OrgKeyRecord(
                    TestKeys.Org,
                    OrgKeyKind.Kek,
                    epoch,
                    KeyState.Active,
                    new RootWrappedKey("root", new byte[61])
                )
            );

        Assert.Equal(
            [1],
            await new EpochRotation(store, store, _system.OrgKeys).DestroyOldEpochsAsync(TestKeys.Org, Cancellation)
        );
        Assert.Equal([KeyState.Destroyed, KeyState.Active], store.OrgKeys.Select(k => k.State));
    }

    [Fact]
    public async Task Cancelling_after_the_last_page_still_cancels()
    {
        await WriteAsync(2);
        using var kill = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            Rotation.RotateAsync(
                TestKeys.Org,
                progress: new Listener(_ => kill.Cancel()),
                cancellationToken: kill.Token
            )
        );
        Assert.All(_system.Store.Keys, k => Assert.Equal(2, k.Epoch));
    }

    [Fact]
    public async Task A_page_with_only_damaged_keys_is_not_written()
    {
        await WriteAsync(1);
        var store = new FaultyKeyStore();
        DataKeyRecord damaged = _system.Store.Keys[0] with { Wrapped = new byte[DataKeyRecord.WrappedLength] };
        store.Inner.Put(TestKeys.Org, damaged);
        int writes = 0;
        store.OnReplace = (_, keys) => Task.FromResult(keys.Count + writes++);
        await _system.OrgKeys.RotateAsync(TestKeys.Org, OrgKeyKind.Kek, Cancellation);
        RewrapProgress done = await new DekRewrapper(store, _system.OrgKeys).RunAsync(
            TestKeys.Org,
            cancellationToken: Cancellation
        );
        Assert.Equal((0, 0, 1, 0), (done.Rewrapped, done.Skipped, done.Remaining, writes));
        Assert.Equal([damaged.Id], done.Failed);
    }

    [Fact]
    public async Task A_cancelled_rewrap_continues_where_it_stopped()
    {
        await WriteAsync(25);
        using var kill = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            Rotation.RotateAsync(TestKeys.Org, new Listener(_ => kill.Cancel()), kill.Token)
        );
        Assert.Equal(10, _system.Store.Keys.Count(k => k.Epoch == 2));
        await TestKeys.AssertCodeAsync(CryptoErrorCodes.RewrapIncomplete, () =>
            Rotation.DestroyOldEpochsAsync(TestKeys.Org)
        );
        Assert.Equal(KeyState.DecryptOnly, _system.Store.OrgKeys[0].State);

        RewrapProgress result = await new DekRewrapper(_system.Store, _system.OrgKeys).RunAsync(
            TestKeys.Org,
            cancellationToken: Cancellation
        );
        Assert.Equal((2, 15, 0), (result.Epoch, result.Rewrapped, result.Remaining));
    }

    [Fact]
    public async Task A_damaged_key_is_reported_and_its_epoch_cannot_be_destroyed()
    {
        await WriteAsync(5);
        DataKeyRecord damaged = _system.Store.Keys[2];
        _system.Store.Put(damaged with { Wrapped = new byte[61], Subject = KeySubject.Person(TestKeys.Row) });
        RewrapProgress result = await Rotation.RotateAsync(TestKeys.Org, cancellationToken: Cancellation);
        Assert.Equal([damaged.Id], result.Failed);
        Assert.Equal((4, 1), (result.Rewrapped, result.Remaining));
        await TestKeys.AssertCodeAsync(CryptoErrorCodes.RewrapIncomplete, () =>
            Rotation.DestroyOldEpochsAsync(TestKeys.Org)
        );
        RewrapProgress rest = await new DekRewrapper(_system.Store, _system.OrgKeys).RunAsync(
            TestKeys.Org,
            cancellationToken: Cancellation
        );
        Assert.Equal([damaged.Id], rest.Failed);
        Assert.Equal(1, rest.Remaining);

        await _system.Store.CryptoShredAsync(TestKeys.Org, KeySubject.Person(TestKeys.Row), Cancellation);
        Assert.Equal([1], await Rotation.DestroyOldEpochsAsync(TestKeys.Org, Cancellation));
    }

    [Fact]
    public async Task A_key_that_is_crypto_shredded_during_a_rewrap_stays_destroyed()
    {
        Dictionary<KeyId, byte[]> envelopes = await WriteAsync(3);
        var racing = new RacingStore(_system.Store);
        RewrapProgress result = await new EpochRotation(_system.Store, racing, _system.OrgKeys).RotateAsync(
            TestKeys.Org,
            cancellationToken: Cancellation
        );
        Assert.Equal((0, 3, 0), (result.Rewrapped, result.Skipped, result.Remaining));
        Assert.All(_system.Store.Keys, k => Assert.Equal(KeyState.Destroyed, k.State));
        await AssertOpenAsync(envelopes, DecryptResult.CryptoShredded);
    }

    [Fact]
    public async Task A_backup_from_before_the_root_key_was_destroyed_reads_as_crypto_shredded()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("callintel-rotation-");
        try
        {
            using KeyRingFileProvider root = KeyRingFileProvider.Create(
                Path.Combine(folder.FullName, "ring.json"),
                KeyRingProtection.FileModeOnly
            );
            string oldRoot = root.ActiveRootKeyId;
            using var system = new KeySystem(root: root);
            KeyId erased = await system.CreateKeyAsync(TestKeys.Row);
            DataKeyRecord backup = system.Store.Keys.Single();
            await system.Store.CryptoShredAsync(TestKeys.Org, KeySubject.Person(TestKeys.Row), Cancellation);
            root.Rotate();
            await new EpochRotation(system.Store, system.Store, system.OrgKeys).RotateAsync(
                TestKeys.Org,
                cancellationToken: Cancellation
            );
            await root.DestroyAsync(oldRoot, Cancellation);

            // The backup restores the wrapped data key and its epoch, but the root key above them is destroyed.
            system.Store.Put(backup);
            Assert.Equal(KeyState.DecryptOnly, system.Store.OrgKeys[0].State);
            using var restored = new KeySystem(store: system.Store, root: root);
            using DataKeyLease lease = await restored.Cache.RentAsync(TestKeys.Org, erased, Cancellation);
            Assert.Equal(KeyLookup.CryptoShredded, lease.Status);
            await TestKeys.AssertCodeAsync(CryptoErrorCodes.OrgKeyDestroyed, async () =>
                await restored.OrgKeys.GetKekAsync(TestKeys.Org, 1)
            );
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task A_store_that_repeats_a_page_or_counts_wrongly_stops_the_rewrap()
    {
        await WriteAsync(4);
        await _system.OrgKeys.RotateAsync(TestKeys.Org, OrgKeyKind.Kek, Cancellation);
        foreach (
            RacingStore broken in new[]
            {
                new RacingStore(_system.Store) { Circles = true },
                new RacingStore(_system.Store) { Miscount = 1 },
                new RacingStore(_system.Store) { Miscount = -9 },
            }
        )
        {
            var rewrapper = new DekRewrapper(broken, _system.OrgKeys) { PageSize = 2 };
            await TestKeys.AssertCodeAsync(CryptoErrorCodes.KeyStoreContractBroken, () =>
                rewrapper.RunAsync(TestKeys.Org)
            );
        }

        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() =>
            new DekRewrapper(_system.Store, _system.OrgKeys) { PageSize = 0 }.RunAsync(
                TestKeys.Org,
                cancellationToken: Cancellation
            )
        );
    }

    async Task<Dictionary<KeyId, byte[]>> WriteAsync(int persons)
    {
        Dictionary<KeyId, byte[]> envelopes = [];
        for (int i = 1; i <= persons; i++)
        {
            KeySubject subject = KeySubject.Person(new Guid(i, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0));
            using DataKeySet<KeySubject> keys = await _system.Cache.RentForEncryptionAsync(
                TestKeys.Org,
                [new KeyDemand(subject, 1)]
            );
            DataKey key = keys[subject].Value;
            envelopes[key.Id] = TestKeys.Encrypt(key, TestKeys.Body, "x"u8);
        }

        return envelopes;
    }

    async Task AssertOpenAsync(Dictionary<KeyId, byte[]> envelopes, DecryptResult expected)
    {
        using var fresh = new KeySystem(store: _system.Store, root: _system.Root);
        foreach ((KeyId id, byte[] envelope) in envelopes)
        {
            using DataKeyLease lease = await fresh.Cache.RentAsync(TestKeys.Org, id);
            Assert.Equal(expected, FieldCipher.TryDecryptText(lease.Key, TestKeys.Body, TestKeys.Row, envelope, out _));
        }
    }

    sealed class Listener(Action<RewrapProgress> report) : IProgress<RewrapProgress>
    {
        public void Report(RewrapProgress value) => report(value);
    }

    /// <summary>Crypto-shreds all persons between reading and writing, or violates its contract.</summary>
    sealed class RacingStore(MemoryKeyStore inner) : IDataKeyRotationStore
    {
        internal bool Circles { get; init; }

        internal int? Miscount { get; init; }

        public ValueTask<IReadOnlyList<DataKeyRecord>> ReadOutdatedAsync(
            Guid orgId,
            int epoch,
            KeyId? after,
            int limit,
            CancellationToken cancellationToken = default
        ) =>
            Circles
                ? new((IReadOnlyList<DataKeyRecord>)[.. inner.Keys.Take(limit)])
                : inner.ReadOutdatedAsync(orgId, epoch, after, limit, cancellationToken);

        public async ValueTask<int> ReplaceAsync(
            Guid orgId,
            IReadOnlyList<RewrappedDataKey> keys,
            CancellationToken cancellationToken = default
        )
        {
            if (Circles)
                return 0;

            if (Miscount is { } wrong)
                return keys.Count + wrong;

            for (int i = 1; i <= 3; i++)
                await inner.CryptoShredAsync(
                    orgId,
                    KeySubject.Person(new Guid(i, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)),
                    cancellationToken
                );

            return await inner.ReplaceAsync(orgId, keys, cancellationToken);
        }

        public ValueTask<long> CountOutdatedAsync(
            Guid orgId,
            int epoch,
            CancellationToken cancellationToken = default
        ) => inner.CountOutdatedAsync(orgId, epoch, cancellationToken);

        public ValueTask<IReadOnlyList<KeyId>> CryptoShredAsync(
            Guid orgId,
            KeySubject subject,
            CancellationToken cancellationToken = default
        ) => inner.CryptoShredAsync(orgId, subject, cancellationToken);
    }
}
