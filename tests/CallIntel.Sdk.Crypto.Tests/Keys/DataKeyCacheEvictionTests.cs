using CallIntel.Sdk.Crypto.Envelope;
using CallIntel.Sdk.Crypto.Keys;

namespace CallIntel.Sdk.Crypto.Tests.Keys;

public class DataKeyCacheEvictionTests
{
    static readonly KeySubject Subject = KeySubject.Person(TestKeys.Row);

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_expired_key_is_removed_on_lookup_even_if_the_timer_did_not_run()
    {
        var clock = new StoppedTimers();
        using var system = new KeySystem(clock: clock);
        KeyId id = await system.CreateKeyAsync(TestKeys.Row);
        Assert.True(system.Cache.TryRent(TestKeys.Org, id, out DataKeyLease lease));
        ReadOnlyMemory<byte> bytes = lease.Value.Cipher.Memory;
        lease.Dispose();
        clock.Elapse(TimeSpan.FromMinutes(5));
        Assert.False(system.Cache.TryRent(TestKeys.Org, id, out _));
        Assert.Equal(0, system.Cache.Count);
        Assert.False(bytes.Span.ContainsAnyExcept((byte)0));
    }

    [Fact]
    public async Task Loading_a_key_to_encrypt_replaces_an_expired_entry()
    {
        var store = new MemoryKeyStore();
        using var one = new KeySystem(store: store);
        KeyId id = await one.CreateKeyAsync(TestKeys.Row);
        var clock = new StoppedTimers();
        using var two = new KeySystem(store: store, clock: clock);
        using DataKeyLease old = await two.Cache.RentAsync(TestKeys.Org, id, Cancellation);
        clock.Elapse(TimeSpan.FromMinutes(5));
        using DataKeySet<KeySubject> keys = await two.Cache.RentForEncryptionAsync(
            TestKeys.Org,
            [new KeyDemand(Subject, 1)],
            Cancellation
        );
        Assert.NotSame(old.Value, keys[Subject].Value);
        Assert.True(two.Cache.TryRent(TestKeys.Org, id, out DataKeyLease lease));
        Assert.Same(keys[Subject].Value, lease.Value);
        lease.Dispose();
    }

    [Fact]
    public async Task A_restored_key_works_after_the_cached_crypto_shredding_expires()
    {
        using var system = new KeySystem();
        KeyId id = await system.CreateKeyAsync(TestKeys.Row);
        DataKeyRecord live = system.Store.Keys.Single();
        await system.Store.CryptoShredAsync(TestKeys.Org, Subject, Cancellation);
        system.Cache.Invalidate(TestKeys.Org, id);
        using (DataKeyLease shredded = await system.Cache.RentAsync(TestKeys.Org, id, Cancellation))
            Assert.Equal(KeyLookup.CryptoShredded, shredded.Status);

        system.Store.Put(live);
        using DataKeySet<KeySubject> keys = await system.Cache.RentForEncryptionAsync(
            TestKeys.Org,
            [new KeyDemand(Subject, 1)],
            Cancellation
        );
        Assert.Equal(id, keys[Subject].Value.Id);
        Assert.Equal(1, system.Cache.Count);
    }

    [Fact]
    public async Task Invalidating_a_spent_key_does_not_remove_its_successor()
    {
        using var system = new KeySystem(new DataKeyCacheOptions { ReservationBlock = 1 });
        system.Store.CapOverride = 1;
        using (
            DataKeySet<KeySubject> first = await system.Cache.RentForEncryptionAsync(
                TestKeys.Org,
                [new KeyDemand(Subject, 1)],
                Cancellation
            )
        )
            TestKeys.Encrypt(first[Subject].Value, TestKeys.Body, "x"u8);

        KeyId old = system.Store.Keys.Single().Id;
        KeyId successor = await system.CreateKeyAsync(TestKeys.Row);
        Assert.NotEqual(old, successor);
        system.Cache.Invalidate(TestKeys.Org, old);
        Assert.True(system.Cache.TryRentForEncryption(TestKeys.Org, new KeyDemand(Subject, 1), out DataKeyLease lease));
        Assert.Equal(successor, lease.Value.Id);
        lease.Dispose();
    }

    [Fact]
    public async Task The_sweep_zeroes_expired_keys_and_keeps_the_others()
    {
        using var system = new KeySystem(
            new DataKeyCacheOptions { Capacity = 2, TimeToLive = TimeSpan.FromMinutes(2) }
        );
        KeyId over = await system.CreateKeyAsync(Person(1));
        system.Clock.Advance(TimeSpan.FromMinutes(1));
        KeyId fresh = await system.CreateKeyAsync(Person(2));
        system.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(1, system.Cache.Count);
        Assert.False(system.Cache.TryRent(TestKeys.Org, over, out _));
        Assert.True(system.Cache.TryRent(TestKeys.Org, fresh, out DataKeyLease lease));
        lease.Dispose();
        for (int i = 3; i < 9; i++)
            await system.CreateKeyAsync(Person(i));

        Assert.Equal(2, system.Cache.Count);
        Assert.False(system.Cache.TryRent(TestKeys.Org, fresh, out _));
    }

    [Fact]
    public async Task A_stale_epoch_is_retried_once()
    {
        using var system = new KeySystem();
        int asked = 0;
        system.Store.OnGrant = _ =>
        {
            asked++;
            throw new CallIntelException(CryptoErrorCodes.OrgKeyEpochStale, "Stale.", "Wrap anew.");
        };
        await TestKeys.AssertCodeAsync(CryptoErrorCodes.OrgKeyEpochStale, () => system.CreateKeyAsync(TestKeys.Row));
        Assert.Equal(2, asked);
        asked = 0;
        system.Store.OnGrant = _ =>
        {
            asked++;
            throw new CallIntelException("CI9999", "Another fault.", "None.");
        };
        await TestKeys.AssertCodeAsync("CI9999", () => system.CreateKeyAsync(TestKeys.Row));
        Assert.Equal(1, asked);
    }

    static Guid Person(int i) => new(i, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

    sealed class StoppedTimers : TimeProvider
    {
        long _timestamp;

        internal void Elapse(TimeSpan time) => _timestamp += (long)(time.TotalSeconds * TimestampFrequency);

        public override long GetTimestamp() => _timestamp;
    }
}
