using CallIntel.Sdk.Crypto.Envelope;
using CallIntel.Sdk.Crypto.InMemory;
using CallIntel.Sdk.Crypto.Keys;
using CallIntel.Sdk.Crypto.Rotation;
using CallIntel.Sdk.Crypto.Tests.Contracts;

namespace CallIntel.Sdk.Crypto.Tests.Rotation;

public sealed class RotationTests : IDisposable
{
    private readonly KeySystem _system = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private EpochRotation Rotation => new(_system.Store, _system.Store, _system.OrgKeys);

    public void Dispose() => _system.Dispose();

    [Fact]
    public async Task All_keys_move_to_the_new_epoch_and_still_open_what_they_wrote()
    {
        Dictionary<KeyId, byte[]> envelopes = await WriteAsync(25);
        List<RewrapProgress> reports = [];
        RewrapProgress result = await Rotation.RotateAsync(
            TestKeys.Org,
            new RewrapOptions { PageSize = 10 },
            new Listener(reports.Add),
            Cancellation
        );
        Assert.Equal((2, 25, 0, 0), (result.Epoch, result.Rewrapped, result.Skipped, result.Remaining));
        Assert.Empty(result.Failed);
        Assert.Equal([(10, 15), (20, 5), (25, 0)], reports.Select(r => (r.Rewrapped, r.Remaining)));
        Assert.Equal(result.Cursor, reports[^1].Cursor);
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
    public async Task Several_old_epochs_are_destroyed_oldest_first_and_none_after_a_cancellation()
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
    public async Task Of_two_active_epochs_the_older_one_is_destroyed()
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
    public async Task A_cancellation_after_the_last_page_is_not_taken_for_a_result()
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
    public async Task A_page_of_nothing_but_damaged_keys_is_not_written()
    {
        await WriteAsync(1);
        var store = new FaultyKeyStore();
        DataKeyRecord damaged = _system.Store.Keys[0] with { Wrapped = new byte[OrgKek.WrappedLength] };
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
    public async Task A_rewrap_that_is_killed_goes_on_where_it_was()
    {
        await WriteAsync(25);
        using var kill = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            Rotation.RotateAsync(
                TestKeys.Org,
                new RewrapOptions { PageSize = 10 },
                new Listener(_ => kill.Cancel()),
                kill.Token
            )
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
    public async Task A_damaged_key_is_reported_and_keeps_its_epoch_from_being_destroyed()
    {
        await WriteAsync(5);
        DataKeyRecord damaged = _system.Store.Keys[2];
        _system.Store.Put(damaged with { Wrapped = new byte[61], Subject = KeySubject.Person(TestKeys.Row) });
        RewrapProgress result = await Rotation.RotateAsync(
            TestKeys.Org,
            new RewrapOptions { PageSize = 1 },
            cancellationToken: Cancellation
        );
        Assert.Equal([damaged.Id], result.Failed);
        Assert.Equal((4, 1), (result.Rewrapped, result.Remaining));
        await TestKeys.AssertCodeAsync(CryptoErrorCodes.RewrapIncomplete, () =>
            Rotation.DestroyOldEpochsAsync(TestKeys.Org)
        );
        RewrapProgress rest = await new DekRewrapper(_system.Store, _system.OrgKeys).RunAsync(
            TestKeys.Org,
            new RewrapOptions { ResumeAfter = result.Cursor },
            cancellationToken: Cancellation
        );
        Assert.Empty(rest.Failed);
        Assert.Equal(1, rest.Remaining);

        await _system.Store.ShredAsync(TestKeys.Org, KeySubject.Person(TestKeys.Row), Cancellation);
        Assert.Equal([1], await Rotation.DestroyOldEpochsAsync(TestKeys.Org, Cancellation));
    }

    [Fact]
    public async Task A_key_shredded_during_the_rewrap_stays_shredded()
    {
        Dictionary<KeyId, byte[]> envelopes = await WriteAsync(3);
        var racing = new ShreddingStore(_system.Store);
        RewrapProgress result = await new EpochRotation(_system.Store, racing, _system.OrgKeys).RotateAsync(
            TestKeys.Org,
            cancellationToken: Cancellation
        );
        Assert.Equal((0, 3, 0), (result.Rewrapped, result.Skipped, result.Remaining));
        Assert.All(_system.Store.Keys, k => Assert.Equal(KeyState.Destroyed, k.State));
        await AssertOpenAsync(envelopes, DecryptResult.Shredded);
    }

    [Fact]
    public async Task A_backup_from_before_the_root_key_was_destroyed_reads_as_shredded()
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
            await system.Store.ShredAsync(TestKeys.Org, KeySubject.Person(TestKeys.Row), Cancellation);
            root.Rotate();
            await new EpochRotation(system.Store, system.Store, system.OrgKeys).RotateAsync(
                TestKeys.Org,
                cancellationToken: Cancellation
            );
            await root.DestroyAsync(oldRoot, Cancellation);

            // The restore brings the wrapped data key back, and its epoch with it; the root key above is gone.
            system.Store.Put(backup);
            Assert.Equal(KeyState.DecryptOnly, system.Store.OrgKeys[0].State);
            using var restored = new KeySystem(store: system.Store, root: root);
            using DataKeyLease lease = await restored.Cache.RentAsync(TestKeys.Org, erased, Cancellation);
            Assert.Equal(KeyLookup.Shredded, lease.Status);
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
    public async Task A_store_that_reads_in_circles_or_counts_wrongly_is_stopped()
    {
        await WriteAsync(4);
        await _system.OrgKeys.RotateAsync(TestKeys.Org, OrgKeyKind.Kek, Cancellation);
        foreach (
            ShreddingStore broken in new[]
            {
                new ShreddingStore(_system.Store) { Circles = true },
                new ShreddingStore(_system.Store) { Miscount = 1 },
                new ShreddingStore(_system.Store) { Miscount = -9 },
            }
        )
        {
            var rewrapper = new DekRewrapper(broken, _system.OrgKeys);
            await TestKeys.AssertCodeAsync(CryptoErrorCodes.KeyStoreContractBroken, () =>
                rewrapper.RunAsync(TestKeys.Org, new RewrapOptions { PageSize = 2 })
            );
        }

        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() =>
            new DekRewrapper(_system.Store, _system.OrgKeys).RunAsync(
                TestKeys.Org,
                new RewrapOptions { PageSize = 0 },
                cancellationToken: Cancellation
            )
        );
    }

    [Fact]
    public void Keys_move_forward_one_state_at_a_time_and_shred_from_any()
    {
        KeyState[] states = [KeyState.Active, KeyState.DecryptOnly, KeyState.Retired, KeyState.Destroyed];
        foreach (KeyState from in states)
        {
            Assert.True(KeyLifecycle.CanShred(from));
            foreach (KeyState to in states)
            {
                bool next = to == from + 1;
                Assert.Equal(next, KeyLifecycle.CanMove(from, to));
                if (next)
                    KeyLifecycle.RequireMove(from, to);
                else
                    TestKeys.AssertCode(CryptoErrorCodes.KeyStateMoveRefused, () => KeyLifecycle.RequireMove(from, to));
            }
        }

        Assert.False(KeyLifecycle.CanMove(0, KeyState.Active));
        Assert.False(KeyLifecycle.CanMove(KeyState.Destroyed, (KeyState)5));
        Assert.False(KeyLifecycle.CanShred(0));
        Assert.False(KeyLifecycle.CanShred((KeyState)5));
    }

    private async Task<Dictionary<KeyId, byte[]>> WriteAsync(int persons)
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

    private async Task AssertOpenAsync(Dictionary<KeyId, byte[]> envelopes, DecryptResult expected)
    {
        using var fresh = new KeySystem(store: _system.Store, root: _system.Root);
        foreach ((KeyId id, byte[] envelope) in envelopes)
        {
            using DataKeyLease lease = await fresh.Cache.RentAsync(TestKeys.Org, id);
            Assert.Equal(expected, FieldCipher.TryDecryptText(lease.Key, TestKeys.Body, TestKeys.Row, envelope, out _));
        }
    }

    private sealed class Listener(Action<RewrapProgress> report) : IProgress<RewrapProgress>
    {
        public void Report(RewrapProgress value) => report(value);
    }

    /// <summary>Shreds everything between reading and writing, or breaks its contract.</summary>
    private sealed class ShreddingStore(MemoryKeyStore inner) : IDataKeyRotationStore
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
                await inner.ShredAsync(
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

        public ValueTask<IReadOnlyList<KeyId>> ShredAsync(
            Guid orgId,
            KeySubject subject,
            CancellationToken cancellationToken = default
        ) => inner.ShredAsync(orgId, subject, cancellationToken);
    }
}
