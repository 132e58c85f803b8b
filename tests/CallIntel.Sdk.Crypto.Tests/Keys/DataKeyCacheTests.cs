using CallIntel.Sdk.Crypto.Envelope;
using CallIntel.Sdk.Crypto.Keys;

namespace CallIntel.Sdk.Crypto.Tests.Keys;

/// <summary>Finding keys in the cache and loading them.</summary>
public class DataKeyCacheTests
{
    static readonly Guid Person = new("0192f5a0-0000-7000-8000-0000000000aa");

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_key_is_created_once_and_found_by_subject_and_by_id()
    {
        using var system = new KeySystem();
        KeyId id = await system.CreateKeyAsync(Person);
        Assert.Equal(id, await system.CreateKeyAsync(Person));
        Assert.Equal(1, system.Store.Creations);
        Assert.Equal(1024, system.Store.Used(id));
        Assert.True(system.Cache.TryRent(TestKeys.Org, id, out DataKeyLease lease));
        Assert.Equal(1024, lease.Value.Allowance);
        lease.Dispose();
        Assert.False(system.Cache.TryRent(TestKeys.OtherOrg, id, out _));
        Assert.Equal(0, system.Store.Fetches);
        Assert.Equal(1, system.Cache.Count);
    }

    [Fact]
    public async Task Another_process_loads_the_stored_key_and_reads_what_the_first_wrote()
    {
        var store = new MemoryKeyStore();
        using var one = new KeySystem(store: store);
        using var two = new KeySystem(store: store);
        using DataKeySet<KeySubject> keys = await one.Cache.RentForEncryptionAsync(
            TestKeys.Org,
            [new KeyDemand(KeySubject.Person(Person), 1)],
            Cancellation
        );
        byte[] envelope = TestKeys.Encrypt(keys[KeySubject.Person(Person)].Value, TestKeys.Body, "hello"u8);
        Assert.True(EnvelopeFormat.TryReadKeyId(envelope, out KeyId id));
        using DataKeyLease lease = await two.Cache.RentAsync(TestKeys.Org, id, Cancellation);
        Assert.Equal(
            DecryptResult.Ok,
            FieldCipher.TryDecryptText(lease.Key, TestKeys.Body, TestKeys.Row, envelope, out string? text)
        );
        Assert.Equal("hello", text);
        Assert.Equal(0, lease.Value.Allowance);
        Assert.False(two.Cache.TryRentForEncryption(TestKeys.Org, new KeyDemand(KeySubject.Person(Person), 1), out _));

        // To encrypt, the cache reserves uses for the key that it already has.
        using DataKeySet<KeySubject> own = await two.Cache.RentForEncryptionAsync(
            TestKeys.Org,
            [new KeyDemand(KeySubject.Person(Person), 2000)],
            Cancellation
        );
        Assert.Same(lease.Value, own[KeySubject.Person(Person)].Value);
        Assert.Equal(2000, lease.Value.Allowance);
        Assert.Equal(3024, store.Used(id));
    }

    [Fact]
    public async Task Concurrent_requests_for_a_key_share_one_load()
    {
        var store = new MemoryKeyStore();
        using var one = new KeySystem(store: store);
        KeyId[] ids = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => one.CreateKeyAsync(Person)));
        Assert.Single(ids.Distinct());
        Assert.Equal(1, store.Creations);

        using var two = new KeySystem(store: store);
        var release = new TaskCompletionSource();
        store.Pause = () => release.Task;
        Task<DataKeyLease>[] rents =
        [
            .. Enumerable.Range(0, 50).Select(_ => two.Cache.RentAsync(TestKeys.Org, ids[0], Cancellation).AsTask()),
        ];
        using var impatient = new CancellationTokenSource();
        Task<DataKeyLease> cancelled = two.Cache.RentAsync(TestKeys.Org, ids[0], impatient.Token).AsTask();
        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        release.SetResult();
        DataKeyLease[] leases = await Task.WhenAll(rents);
        Assert.All(leases, l => Assert.Same(leases[0].Value, l.Value));
        Assert.Equal(1, store.Fetches);
        foreach (DataKeyLease lease in leases)
            lease.Dispose();

        AssertZeroedByDispose(two, leases[0].Value);
    }

    [Fact]
    public async Task A_batch_loads_all_missing_keys_in_one_call()
    {
        var store = new MemoryKeyStore();
        using var one = new KeySystem(store: store);
        KeyDemand[] demands =
        [
            .. Enumerable
                .Range(1, 100)
                .Select(i => new KeyDemand(KeySubject.Person(new Guid(i, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)), 2)),
        ];
        using DataKeySet<KeySubject> made = await one.Cache.RentForEncryptionAsync(
            TestKeys.Org,
            [.. demands, .. demands],
            Cancellation
        );
        Assert.Equal(100, made.Count);
        Assert.Equal(1, store.Creations);
        Assert.Equal(KeyLookup.NotCached, made[TestKeys.Person].Status);

        using var two = new KeySystem(store: store);
        var unknown = new KeyId(new byte[32]);
        KeyId[] ids = [.. demands.Select(d => made[d.Subject].Value.Id)];
        using DataKeySet<KeyId> found = await two.Cache.RentManyAsync(
            TestKeys.Org,
            [.. ids, unknown, .. ids],
            Cancellation
        );
        Assert.Equal(101, found.Count);
        Assert.All(ids, id => Assert.Equal(KeyLookup.Ready, found[id].Status));
        Assert.Equal(KeyLookup.Unknown, found[unknown].Status);
        Assert.Equal(1, store.Fetches);
        Assert.Equal(100, two.Cache.Count);
    }

    [Fact]
    public async Task A_candidate_under_an_old_epoch_is_wrapped_again()
    {
        var store = new MemoryKeyStore();
        using var one = new KeySystem(store: store);
        using var two = new KeySystem(store: store);
        await two.CreateKeyAsync(TestKeys.Row);
        await one.OrgKeys.RotateAsync(TestKeys.Org, OrgKeyKind.Kek, Cancellation);
        KeyId id = await two.CreateKeyAsync(Person);
        Assert.Equal(2, store.Keys.Single(k => k.Id == id).Epoch);
    }

    [Fact]
    public void Invalid_limits_of_the_cache_are_rejected()
    {
        foreach (
            DataKeyCacheOptions bad in new[]
            {
                new DataKeyCacheOptions { Capacity = 0 },
                new DataKeyCacheOptions { ReservationBlock = 0 },
                new DataKeyCacheOptions { TimeToLive = TimeSpan.Zero },
            }
        )
            Assert.Throws<ArgumentOutOfRangeException>(() => new KeySystem(bad));
    }

    [Fact]
    public async Task A_demand_for_zero_uses_is_rejected_and_a_disposed_cache_loads_nothing()
    {
        using var system = new KeySystem();
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () =>
            await system.Cache.RentForEncryptionAsync(
                TestKeys.Org,
                [new KeyDemand(KeySubject.Person(Person), 0)],
                Cancellation
            )
        );
        KeyDemand endless = new(KeySubject.Person(Person), int.MaxValue);
        await Assert.ThrowsAsync<OverflowException>(async () =>
            await system.Cache.RentForEncryptionAsync(TestKeys.Org, [endless, endless], Cancellation)
        );
        KeyId id = await system.CreateKeyAsync(Person);
        system.Cache.Dispose();
        Assert.Equal(0, system.Cache.Count);
        await Assert.ThrowsAsync<ObjectDisposedException>(async () =>
            await system.Cache.RentAsync(TestKeys.Org, id, Cancellation)
        );
    }

    [Fact]
    public async Task Concurrent_renting_invalidation_and_eviction_never_uses_a_zeroed_key()
    {
        using var system = new KeySystem(new DataKeyCacheOptions { Capacity = 4 });
        int wrong = 0;
        await Task.WhenAll(
            Enumerable
                .Range(0, 8)
                .Select(t =>
                    Task.Run(async () =>
                    {
                        byte[] back = new byte[1];
                        for (int i = 0; i < TestScale.Count(1_000, 20_000); i++)
                        {
                            KeySubject subject = KeySubject.Person(
                                new Guid(1 + (i * (t + 1) % 9), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
                            );
                            using DataKeySet<KeySubject> keys = await system.Cache.RentForEncryptionAsync(
                                TestKeys.Org,
                                [new KeyDemand(subject, 1)]
                            );
                            byte[] envelope = TestKeys.Encrypt(keys[subject].Value, TestKeys.Body, "x"u8);
                            if (i % 5 == 0)
                                system.Cache.Invalidate(TestKeys.Org, keys[subject].Value.Id);

                            using DataKeyLease lease = await system.Cache.RentAsync(
                                TestKeys.Org,
                                keys[subject].Value.Id
                            );
                            if (
                                FieldCipher.TryDecrypt(lease.Key, TestKeys.Body, TestKeys.Row, envelope, back, out _)
                                    != DecryptResult.Ok
                                || back[0] != (byte)'x'
                            )
                                Interlocked.Increment(ref wrong);
                        }
                    })
                )
        );
        Assert.Equal(0, wrong);
        Assert.Equal(9, system.Store.Keys.Count);
    }

    static void AssertZeroedByDispose(KeySystem system, DataKey key)
    {
        ReadOnlyMemory<byte> bytes = key.Cipher.Memory;
        Assert.True(bytes.Span.ContainsAnyExcept((byte)0));
        system.Cache.Dispose();
        Assert.False(bytes.Span.ContainsAnyExcept((byte)0));
    }
}
