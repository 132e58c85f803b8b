using CallIntel.Sdk.Crypto.Keys;

namespace CallIntel.Sdk.Crypto.Tests.Keys;

/// <summary>How long keys stay in the cache, which clock counts, and how many keys stay.</summary>
public class DataKeyCacheLifetimeTests
{
    static readonly Guid Person = new("0192f5a0-0000-7000-8000-0000000000aa");

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_expired_key_is_zeroed_without_another_call()
    {
        using var system = new KeySystem(new DataKeyCacheOptions { TimeToLive = TimeSpan.FromMinutes(2) });
        KeyId id = await system.CreateKeyAsync(Person);
        Assert.True(system.Cache.TryRent(TestKeys.Org, id, out DataKeyLease lease));
        ReadOnlyMemory<byte> bytes = lease.Value.Cipher.Memory;
        lease.Dispose();
        system.Clock.Advance(TimeSpan.FromMinutes(2) - TimeSpan.FromTicks(1));
        Assert.True(system.Cache.TryRent(TestKeys.Org, id, out lease));
        system.Clock.Advance(TimeSpan.FromTicks(1));
        Assert.Equal(0, system.Cache.Count);
        Assert.False(system.Cache.TryRent(TestKeys.Org, id, out _));
        Assert.False(
            system.Cache.TryRentForEncryption(TestKeys.Org, new KeyDemand(KeySubject.Person(Person), 1), out _)
        );
        Assert.True(bytes.Span.ContainsAnyExcept((byte)0));
        lease.Dispose();
        Assert.False(bytes.Span.ContainsAnyExcept((byte)0));
    }

    [Fact]
    public async Task Changes_of_the_wall_clock_do_not_affect_expiry()
    {
        var clock = new JumpingClock();
        using var system = new KeySystem(clock: clock);
        KeyId id = await system.CreateKeyAsync(Person);
        foreach (int days in new[] { 400, -800 })
        {
            clock.Now = DateTimeOffset.UnixEpoch.AddDays(1000 + days);
            Assert.True(system.Cache.TryRent(TestKeys.Org, id, out DataKeyLease lease));
            lease.Dispose();
        }

        // A timestamp that runs backwards only causes the key to be loaded again.
        clock.Timestamp = -1_000_000_000;
        Assert.False(system.Cache.TryRent(TestKeys.Org, id, out _));
        using DataKeyLease again = await system.Cache.RentAsync(TestKeys.Org, id, Cancellation);
        Assert.Equal(KeyLookup.Ready, again.Status);
    }

    [Fact]
    public async Task The_cache_evicts_unused_keys_first()
    {
        using var system = new KeySystem(new DataKeyCacheOptions { Capacity = 10 });
        KeyId favourite = await system.CreateKeyAsync(Person);
        ReadOnlyMemory<byte> firstEvicted = default;
        for (int i = 1; i <= 50; i++)
        {
            Assert.True(system.Cache.TryRent(TestKeys.Org, favourite, out DataKeyLease lease));
            lease.Dispose();
            KeyId id = await system.CreateKeyAsync(new Guid(i, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0));
            Assert.True(system.Cache.Count <= 10);
            if (i == 1 && system.Cache.TryRent(TestKeys.Org, id, out lease))
            {
                firstEvicted = lease.Value.Cipher.Memory;
                lease.Dispose();
            }
        }

        Assert.Equal(10, system.Cache.Count);
        Assert.False(firstEvicted.Span.ContainsAnyExcept((byte)0));
    }

    [Fact]
    public async Task A_batch_larger_than_the_cache_keeps_its_keys_until_it_is_disposed()
    {
        using var system = new KeySystem(new DataKeyCacheOptions { Capacity = 3 });
        KeyDemand[] demands =
        [
            .. Enumerable
                .Range(1, 40)
                .Select(i => new KeyDemand(KeySubject.Person(new Guid(i, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)), 1)),
        ];
        DataKeySet<KeySubject> keys = await system.Cache.RentForEncryptionAsync(TestKeys.Org, demands, Cancellation);
        Assert.Equal(3, system.Cache.Count);
        DataKey[] all = [.. demands.Select(d => keys[d.Subject].Value)];
        Assert.All(all, k => TestKeys.Encrypt(k, TestKeys.Body, "x"u8));
        keys.Dispose();
        keys.Dispose();
        Assert.Equal(37, all.Count(k => !k.Cipher.TryAcquire()));
    }

    [Fact]
    public void Disposing_the_cache_and_the_ring_stops_their_timers()
    {
        var clock = new CountingClock();
        new KeySystem(clock: clock).Dispose();
        Assert.Equal((2, 2), (clock.Created, clock.Disposed));
    }

    sealed class CountingClock : TimeProvider
    {
        internal int Created { get; private set; }

        internal int Disposed { get; private set; }

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Created++;
            return new CountingTimer(this);
        }

        sealed class CountingTimer(CountingClock clock) : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period) => true;

            public void Dispose() => clock.Disposed++;

            public ValueTask DisposeAsync()
            {
                Dispose();
                return default;
            }
        }
    }

    sealed class JumpingClock : TimeProvider
    {
        internal DateTimeOffset Now { get; set; } = DateTimeOffset.UnixEpoch.AddDays(1000);

        internal long Timestamp { get; set; }

        public override DateTimeOffset GetUtcNow() => Now;

        public override long GetTimestamp() => Timestamp;
    }
}
