using CallIntel.Sdk.Crypto.Envelope;
using CallIntel.Sdk.Crypto.Keys;

namespace CallIntel.Sdk.Crypto.Tests.Keys;

/// <summary>Limits of the number of keys in memory and of how long they stay there.</summary>
public class KeyMemoryBoundTests
{
    static readonly TimeSpan TimeToLive = TimeSpan.FromMinutes(5);
    static readonly TimeSpan Deadline = TimeSpan.FromMinutes(1);

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_lease_that_is_never_disposed_keeps_its_key_only_until_the_deadline()
    {
        using var system = new KeySystem();
        KeyId id = await system.CreateKeyAsync(TestKeys.Row);
        DataKeyLease forgotten = await system.Cache.RentAsync(TestKeys.Org, id, Cancellation);
        DataKeySet<KeyId> forgottenSet = await system.Cache.RentManyAsync(TestKeys.Org, [id], Cancellation);
        ReadOnlyMemory<byte> bytes = forgotten.Value.Cipher.Memory;
        system.Clock.Advance(TimeToLive);
        system.Clock.Advance(Deadline - TimeSpan.FromTicks(1));
        Assert.True(bytes.Span.ContainsAnyExcept((byte)0));
        TestKeys.Encrypt(forgotten.Value, TestKeys.Body, "x"u8);
        system.Clock.Advance(TimeSpan.FromTicks(1));
        Assert.False(bytes.Span.ContainsAnyExcept((byte)0));
        Assert.Equal(
            EncryptResult.KeyUnavailable,
            FieldCipher.TryEncrypt(forgotten.Key, TestKeys.Body, TestKeys.Row, "x"u8, new byte[64], out _)
        );
        forgotten.Dispose();
        forgottenSet.Dispose();
    }

    [Fact]
    public async Task An_invalidated_key_is_zeroed_after_the_deadline_even_if_it_is_leased()
    {
        using var system = new KeySystem();
        KeyId id = await system.CreateKeyAsync(TestKeys.Row);
        DataKeyLease forgotten = await system.Cache.RentAsync(TestKeys.Org, id, Cancellation);
        system.Cache.Invalidate(TestKeys.Org, id);
        system.Clock.Advance(Deadline);
        Assert.True(forgotten.Value.Cipher.IsZeroed);
    }

    [Fact]
    public async Task Disposing_the_cache_zeroes_keys_that_are_leased()
    {
        var system = new KeySystem();
        KeyId id = await system.CreateKeyAsync(TestKeys.Row);
        using DataKeyLease held = await system.Cache.RentAsync(TestKeys.Org, id, Cancellation);
        system.Dispose();
        Assert.True(held.Value.Cipher.IsZeroed);
    }

    [Fact]
    public async Task The_time_to_live_starts_before_the_store_is_queried()
    {
        var store = new MemoryKeyStore();
        using var one = new KeySystem(store: store);
        KeyId id = await one.CreateKeyAsync(TestKeys.Row);
        using var two = new KeySystem(store: store);
        store.Pause = () =>
        {
            two.Clock.Advance(TimeSpan.FromMinutes(1));
            return Task.CompletedTask;
        };
        (await two.Cache.RentAsync(TestKeys.Org, id, Cancellation)).Dispose();
        two.Clock.Advance(TimeToLive - TimeSpan.FromMinutes(1) - TimeSpan.FromTicks(1));
        Assert.Equal(1, two.Cache.Count);
        two.Clock.Advance(TimeSpan.FromTicks(1));
        Assert.Equal(0, two.Cache.Count);
    }

    [Fact]
    public async Task Each_key_expires_at_its_own_time()
    {
        using var system = new KeySystem();
        KeyId first = await system.CreateKeyAsync(TestKeys.Row);
        system.Clock.Advance(TimeSpan.FromMinutes(3));
        KeyId second = await system.CreateKeyAsync(TestKeys.Person.Id);
        system.Clock.Advance(TimeSpan.FromMinutes(2));
        Assert.False(system.Cache.TryRent(TestKeys.Org, first, out _));
        Assert.Equal(1, system.Cache.Count);
        system.Clock.Advance(TimeSpan.FromMinutes(3));
        Assert.Equal(0, system.Cache.Count);
        Assert.False(system.Cache.TryRent(TestKeys.Org, second, out _));
    }

    [Fact]
    public async Task A_result_that_takes_longer_than_the_time_to_live_is_not_used()
    {
        var store = new MemoryKeyStore();
        using var one = new KeySystem(store: store);
        KeyId id = await one.CreateKeyAsync(TestKeys.Row);
        using var two = new KeySystem(store: store);
        int slow = 1;
        store.Pause = () =>
        {
            if (slow-- > 0)
                two.Clock.Advance(TimeToLive);

            return Task.CompletedTask;
        };
        using DataKeyLease lease = await two.Cache.RentAsync(TestKeys.Org, id, Cancellation);
        Assert.Equal(KeyLookup.Ready, lease.Status);
        Assert.Equal(2, store.Fetches);
    }

    [Fact]
    public async Task The_org_key_ring_evicts_and_expires_keys()
    {
        var clock = new Microsoft.Extensions.Time.Testing.FakeTimeProvider();
        using var root = new EnvironmentRootKeyProvider("ROOT", n => n == "ROOT" ? TestKeys.RootText : null);
        using var ring = new OrgKeyRing(root, new MemoryKeyStore(), new OrgKeyRingOptions { Capacity = 3 }, clock);
        List<OrgKek> keks = [];
        for (int i = 1; i <= 10; i++)
        {
            keks.Add(await ring.GetActiveKekAsync(new Guid(i, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0), Cancellation));
            clock.Advance(TimeSpan.FromSeconds(1));
            Assert.True(ring.Count <= 3);
        }

        Assert.Equal(3, ring.Count);
        clock.Advance(Deadline);
        using DataKey key = DataKey.Generate(keks[0].OrgId, TestKeys.Person);
        Assert.Throws<ObjectDisposedException>(() => keks[0].Wrap(key));
        using DataKey last = DataKey.Generate(keks[9].OrgId, TestKeys.Person);
        keks[9].Wrap(last);
        clock.Advance(TimeToLive);
        Assert.Equal(0, ring.Count);
        clock.Advance(Deadline);
        Assert.Throws<ObjectDisposedException>(() => keks[9].Wrap(last));
        keks.ForEach(k => k.Dispose());
    }

    [Fact]
    public void Invalid_limits_of_the_ring_are_rejected()
    {
        using var system = new KeySystem();
        foreach (
            OrgKeyRingOptions bad in new[]
            {
                new OrgKeyRingOptions { Capacity = 0 },
                new OrgKeyRingOptions { TimeToLive = TimeSpan.Zero },
                new OrgKeyRingOptions { HandleDeadline = TimeSpan.Zero },
            }
        )
            Assert.Throws<ArgumentOutOfRangeException>(() => new OrgKeyRing(system.Root, system.Store, bad));

        Assert.Throws<ArgumentOutOfRangeException>(() =>
            new KeySystem(new DataKeyCacheOptions { LeaseDeadline = TimeSpan.Zero })
        );
    }
}
