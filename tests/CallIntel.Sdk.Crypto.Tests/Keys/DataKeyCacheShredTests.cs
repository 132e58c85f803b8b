using CallIntel.Sdk.Crypto.Keys;

namespace CallIntel.Sdk.Crypto.Tests.Keys;

/// <summary>Keys that are shredded or invalidated, also while they are being loaded.</summary>
public class DataKeyCacheShredTests
{
    private static readonly Guid Person = new("0192f5a0-0000-7000-8000-0000000000aa");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_shredded_key_is_remembered_as_shredded_for_a_while()
    {
        using var system = new KeySystem();
        KeyId id = await system.CreateKeyAsync(Person);
        await system.Store.ShredAsync(TestKeys.Org, KeySubject.Person(Person), Cancellation);
        system.Cache.Invalidate(TestKeys.Org, id);
        for (int i = 0; i < 3; i++)
        {
            using DataKeyLease lease = await system.Cache.RentAsync(TestKeys.Org, id, Cancellation);
            Assert.Equal(KeyLookup.Shredded, lease.Status);
        }

        Assert.Equal(1, system.Store.Fetches);
        Assert.True(system.Cache.TryRent(TestKeys.Org, id, out DataKeyLease negative));
        Assert.Equal(KeyLookup.Shredded, negative.Status);
        system.Clock.Advance(TimeSpan.FromMinutes(5));
        Assert.False(system.Cache.TryRent(TestKeys.Org, id, out _));
    }

    [Fact]
    public async Task A_store_may_say_that_a_subject_gets_no_key_any_more()
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
        Assert.Equal(KeyLookup.Shredded, keys[KeySubject.Person(Person)].Status);
        Assert.True(
            system.Cache.TryRentForEncryption(
                TestKeys.Org,
                new KeyDemand(KeySubject.Person(Person), 1),
                out DataKeyLease lease
            )
        );
        Assert.Equal(KeyLookup.Shredded, lease.Status);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_key_that_is_shredded_while_it_is_being_loaded_is_not_cached(bool everything)
    {
        var store = new MemoryKeyStore();
        using var one = new KeySystem(store: store);
        KeyId id = await one.CreateKeyAsync(Person);
        using var two = new KeySystem(store: store);
        store.Pause = async () =>
        {
            // The store has read the live key; now it is shredded, and the news overtakes the answer.
            store.Pause = () => Task.CompletedTask;
            await store.ShredAsync(TestKeys.Org, KeySubject.Person(Person));
            if (everything)
                two.Cache.InvalidateAll();
            else
                two.Cache.Invalidate(TestKeys.Org, id);
        };
        using DataKeyLease lease = await two.Cache.RentAsync(TestKeys.Org, id, Cancellation);
        Assert.Equal(KeyLookup.Shredded, lease.Status);
        Assert.Equal(2, store.Fetches);
    }

    [Fact]
    public async Task Forgetting_everything_leaves_leases_alone_and_loads_anew()
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
    public async Task A_key_that_is_invalidated_at_every_load_ends_with_a_code()
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
