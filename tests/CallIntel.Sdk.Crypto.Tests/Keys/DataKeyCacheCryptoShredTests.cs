using CallIntel.Sdk.Crypto.Keys;

namespace CallIntel.Sdk.Crypto.Tests.Keys;

/// <summary>Keys that are crypto-shredded or invalidated, also while they are being loaded.</summary>
public class DataKeyCacheCryptoShredTests
{
    static readonly Guid Person = new("0192f5a0-0000-7000-8000-0000000000aa");

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_crypto_shredded_key_is_cached_as_such()
    {
        using var system = new KeySystem();
        KeyId id = await system.CreateKeyAsync(Person);
        await system.Store.CryptoShredAsync(TestKeys.Org, KeySubject.Person(Person), Cancellation);
        system.Cache.Invalidate(TestKeys.Org, id);
        for (int i = 0; i < 3; i++)
        {
            using DataKeyLease lease = await system.Cache.RentAsync(TestKeys.Org, id, Cancellation);
            Assert.Equal(KeyLookup.CryptoShredded, lease.Status);
        }

        Assert.Equal(1, system.Store.Fetches);
        Assert.True(system.Cache.TryRent(TestKeys.Org, id, out DataKeyLease negative));
        Assert.Equal(KeyLookup.CryptoShredded, negative.Status);
        system.Clock.Advance(TimeSpan.FromMinutes(5));
        Assert.False(system.Cache.TryRent(TestKeys.Org, id, out _));
    }

    [Fact]
    public async Task A_store_can_report_that_a_subject_is_crypto_shredded()
    {
        using var system = new KeySystem();
        system.Store.OnGrant = g => new DataKeyGrant(
            g.Record with
            {
                State = KeyState.Destroyed,
                Wrapped = default,
            },
            0
        );
        using DataKeySet<KeySubject> keys = await system.Cache.RentForEncryptionAsync(
            TestKeys.Org,
            [new KeyDemand(KeySubject.Person(Person), 1)],
            Cancellation
        );
        Assert.Equal(KeyLookup.CryptoShredded, keys[KeySubject.Person(Person)].Status);
        Assert.True(
            system.Cache.TryRentForEncryption(
                TestKeys.Org,
                new KeyDemand(KeySubject.Person(Person), 1),
                out DataKeyLease lease
            )
        );
        Assert.Equal(KeyLookup.CryptoShredded, lease.Status);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_key_that_is_crypto_shredded_while_it_is_loaded_is_not_cached(bool everything)
    {
        var store = new MemoryKeyStore();
        using var one = new KeySystem(store: store);
        KeyId id = await one.CreateKeyAsync(Person);
        using var two = new KeySystem(store: store);
        store.Pause = async () =>
        {
            // The store has read the key. Now the key is crypto-shredded, and the notification arrives before the
            // result.
            store.Pause = () => Task.CompletedTask;
            await store.CryptoShredAsync(TestKeys.Org, KeySubject.Person(Person));
            if (everything)
                two.Cache.InvalidateAll();
            else
                two.Cache.Invalidate(TestKeys.Org, id);
        };
        using DataKeyLease lease = await two.Cache.RentAsync(TestKeys.Org, id, Cancellation);
        Assert.Equal(KeyLookup.CryptoShredded, lease.Status);
        Assert.Equal(2, store.Fetches);
    }

    [Fact]
    public async Task Invalidating_all_keys_keeps_leases_working_and_loads_again()
    {
        using var system = new KeySystem();
        KeyId id = await system.CreateKeyAsync(Person);
        using DataKeyLease held = await system.Cache.RentAsync(TestKeys.Org, id, Cancellation);
        system.Cache.InvalidateAll();
        Assert.Equal(0, system.Cache.Count);
        Assert.False(system.Cache.TryRent(TestKeys.Org, id, out _));
        TestKeys.Decrypt(held.Value, TestKeys.Body, new byte[63], out _);
        using DataKeyLease again = await system.Cache.RentAsync(TestKeys.Org, id, Cancellation);
        Assert.Equal(KeyLookup.Ready, again.Status);
        Assert.NotSame(held.Value, again.Value);
    }

    [Fact]
    public async Task A_key_that_is_invalidated_at_every_load_is_reported_as_contended()
    {
        var store = new MemoryKeyStore();
        using var one = new KeySystem(store: store);
        KeyId id = await one.CreateKeyAsync(Person);
        using var two = new KeySystem(store: store);
        store.Pause = () =>
        {
            two.Cache.Invalidate(TestKeys.OtherOrg, id);
            two.Cache.Invalidate(TestKeys.Org, id);
            return Task.CompletedTask;
        };
        await TestKeys.AssertCodeAsync(CryptoErrorCodes.KeyLoadContended, async () =>
            await two.Cache.RentAsync(TestKeys.Org, id)
        );
        Assert.Equal(0, two.Cache.Count);
    }
}
