using CallIntel.Sdk.Crypto.Envelope;
using CallIntel.Sdk.Crypto.Keys;

namespace CallIntel.Sdk.Crypto.Tests.Keys;

public class DataKeyCacheTests
{
    private static readonly Guid Person = new("0192f5a0-0000-7000-8000-0000000000aa");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_key_is_made_once_and_found_by_subject_and_by_id()
    {
        using var system = new KeySystem();
        KeyId id = await system.CreateKeyAsync(Person);
        Assert.Equal(id, await system.CreateKeyAsync(Person));
        Assert.Equal(1, system.Store.Creations);
        Assert.Equal(1024, system.Store.Used(id));
        Assert.True(system.Cache.TryRent(TestKeys.Org, id, out DataKeyLease lease));
        Assert.Equal(1024, lease.Key.Allowance);
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
        using DataKeySet<KeySubject> keys = await one.Cache.RentForEncryptionAsync(TestKeys.Org, [new KeyDemand(KeySubject.Person(Person), 1)], Cancellation);
        byte[] envelope = TestKeys.Encrypt(keys[KeySubject.Person(Person)].Key, TestKeys.Body, "hello"u8);
        Assert.True(EnvelopeFormat.TryReadKeyId(envelope, out KeyId id));
        using DataKeyLease lease = await two.Cache.RentAsync(TestKeys.Org, id, Cancellation);
        Assert.Equal(DecryptResult.Ok, FieldCipher.TryDecryptText(lease, TestKeys.Body, TestKeys.Row, envelope, out string? text));
        Assert.Equal("hello", text);
        Assert.Equal(0, lease.Key.Allowance);
        Assert.False(two.Cache.TryRentForEncryption(TestKeys.Org, new KeyDemand(KeySubject.Person(Person), 1), out _));

        // Asked to encrypt, it reserves uses of its own for the key it already has.
        using DataKeySet<KeySubject> own = await two.Cache.RentForEncryptionAsync(TestKeys.Org, [new KeyDemand(KeySubject.Person(Person), 2000)], Cancellation);
        Assert.Same(lease.Key, own[KeySubject.Person(Person)].Key);
        Assert.Equal(2000, lease.Key.Allowance);
        Assert.Equal(3024, store.Used(id));
    }

    [Fact]
    public async Task However_many_ask_a_key_is_loaded_once()
    {
        var store = new MemoryKeyStore();
        using var one = new KeySystem(store: store);
        KeyId[] ids = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => one.CreateKeyAsync(Person)));
        Assert.Single(ids.Distinct());
        Assert.Equal(1, store.Creations);

        using var two = new KeySystem(store: store);
        var release = new TaskCompletionSource();
        store.Pause = () => release.Task;
        Task<DataKeyLease>[] rents = [.. Enumerable.Range(0, 50).Select(_ => two.Cache.RentAsync(TestKeys.Org, ids[0], Cancellation).AsTask())];
        using var impatient = new CancellationTokenSource();
        Task<DataKeyLease> cancelled = two.Cache.RentAsync(TestKeys.Org, ids[0], impatient.Token).AsTask();
        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        release.SetResult();
        DataKeyLease[] leases = await Task.WhenAll(rents);
        Assert.All(leases, l => Assert.Same(leases[0].Key, l.Key));
        Assert.Equal(1, store.Fetches);
        foreach (DataKeyLease lease in leases)
            lease.Dispose();

        AssertZeroedByDispose(two, leases[0].Key);
    }

    [Fact]
    public async Task A_batch_asks_the_store_once_for_all_that_is_missing()
    {
        var store = new MemoryKeyStore();
        using var one = new KeySystem(store: store);
        KeyDemand[] demands = [.. Enumerable.Range(1, 100).Select(i => new KeyDemand(KeySubject.Person(new Guid(i, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)), 2))];
        using DataKeySet<KeySubject> made = await one.Cache.RentForEncryptionAsync(TestKeys.Org, [.. demands, .. demands], Cancellation);
        Assert.Equal(100, made.Count);
        Assert.Equal(1, store.Creations);
        Assert.Equal(KeyLookup.NotCached, made[KeySubject.Person(Guid.Empty)].Status);

        using var two = new KeySystem(store: store);
        var unknown = new KeyId(new byte[32]);
        KeyId[] ids = [.. demands.Select(d => made[d.Subject].Key.Id)];
        using DataKeySet<KeyId> found = await two.Cache.RentManyAsync(TestKeys.Org, [.. ids, unknown, .. ids], Cancellation);
        Assert.Equal(101, found.Count);
        Assert.All(ids, id => Assert.Equal(KeyLookup.Ready, found[id].Status));
        Assert.Equal(KeyLookup.Unknown, found[unknown].Status);
        Assert.Equal(1, store.Fetches);
        Assert.Equal(100, two.Cache.Count);
    }

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
        system.Store.OnGrant = g => new DataKeyGrant(g.Record with { State = KeyState.Destroyed, Wrapped = default }, 0);
        using DataKeySet<KeySubject> keys = await system.Cache.RentForEncryptionAsync(TestKeys.Org, [new KeyDemand(KeySubject.Person(Person), 1)], Cancellation);
        Assert.Equal(KeyLookup.Shredded, keys[KeySubject.Person(Person)].Status);
        Assert.True(system.Cache.TryRentForEncryption(TestKeys.Org, new KeyDemand(KeySubject.Person(Person), 1), out DataKeyLease lease));
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
        TestKeys.Decrypt(held.Key, TestKeys.Body, new byte[63], out _);
        using DataKeyLease again = await system.Cache.RentAsync(TestKeys.Org, id, Cancellation);
        Assert.Equal(KeyLookup.Ready, again.Status);
        Assert.NotSame(held.Key, again.Key);
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
        await TestKeys.AssertCodeAsync(CryptoErrorCodes.KeyLoadContended, async () => await two.Cache.RentAsync(TestKeys.Org, id));
        Assert.Equal(0, two.Cache.Count);
    }

    [Fact]
    public async Task A_key_lives_as_long_as_allowed_and_is_then_zeroed_though_nobody_asks()
    {
        using var system = new KeySystem(new DataKeyCacheOptions { TimeToLive = TimeSpan.FromMinutes(2) });
        KeyId id = await system.CreateKeyAsync(Person);
        Assert.True(system.Cache.TryRent(TestKeys.Org, id, out DataKeyLease lease));
        ReadOnlyMemory<byte> bytes = lease.Key.Cipher.Memory;
        lease.Dispose();
        system.Clock.Advance(TimeSpan.FromMinutes(2) - TimeSpan.FromTicks(1));
        Assert.True(system.Cache.TryRent(TestKeys.Org, id, out lease));
        system.Clock.Advance(TimeSpan.FromTicks(1));
        Assert.Equal(0, system.Cache.Count);
        Assert.False(system.Cache.TryRent(TestKeys.Org, id, out _));
        Assert.False(system.Cache.TryRentForEncryption(TestKeys.Org, new KeyDemand(KeySubject.Person(Person), 1), out _));
        Assert.True(bytes.Span.ContainsAnyExcept((byte)0));
        lease.Dispose();
        Assert.False(bytes.Span.ContainsAnyExcept((byte)0));
    }

    [Fact]
    public async Task A_wall_clock_that_jumps_changes_nothing()
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

        // Even a timestamp that runs backwards, which it must not, only makes a key load again.
        clock.Timestamp = -1_000_000_000;
        Assert.False(system.Cache.TryRent(TestKeys.Org, id, out _));
        using DataKeyLease again = await system.Cache.RentAsync(TestKeys.Org, id, Cancellation);
        Assert.Equal(KeyLookup.Ready, again.Status);
    }

    [Fact]
    public async Task The_cache_keeps_within_its_bound_and_prefers_what_is_used()
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
                firstEvicted = lease.Key.Cipher.Memory;
                lease.Dispose();
            }
        }

        Assert.Equal(10, system.Cache.Count);
        Assert.False(firstEvicted.Span.ContainsAnyExcept((byte)0));
    }

    [Fact]
    public async Task A_batch_larger_than_the_cache_keeps_its_keys_until_it_is_done()
    {
        using var system = new KeySystem(new DataKeyCacheOptions { Capacity = 3 });
        KeyDemand[] demands = [.. Enumerable.Range(1, 40).Select(i => new KeyDemand(KeySubject.Person(new Guid(i, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)), 1))];
        DataKeySet<KeySubject> keys = await system.Cache.RentForEncryptionAsync(TestKeys.Org, demands, Cancellation);
        Assert.Equal(3, system.Cache.Count);
        DataKey[] all = [.. demands.Select(d => keys[d.Subject].Key)];
        Assert.All(all, k => TestKeys.Encrypt(k, TestKeys.Body, "x"u8));
        keys.Dispose();
        keys.Dispose();
        Assert.Equal(37, all.Count(k => !k.Cipher.TryAcquire()));
    }

    [Fact]
    public async Task A_store_that_is_down_is_named_and_asked_again_next_time()
    {
        using var system = new KeySystem();
        system.Store.OnGrant = _ => throw new TimeoutException();
        CallIntelException e = await TestKeys.AssertCodeAsync(CryptoErrorCodes.KeyStoreUnavailable, () => system.CreateKeyAsync(Person));
        Assert.IsType<TimeoutException>(e.InnerException);
        system.Store.OnGrant = g => g;
        KeyId id = await system.CreateKeyAsync(Person);
        system.Cache.Invalidate(TestKeys.Org, id);
        system.Store.OnFetch = _ => throw new TimeoutException();
        await TestKeys.AssertCodeAsync(CryptoErrorCodes.KeyStoreUnavailable, async () => await system.Cache.RentAsync(TestKeys.Org, id));
        system.Store.OnFetch = r => r;
        using DataKeyLease lease = await system.Cache.RentAsync(TestKeys.Org, id, Cancellation);
        Assert.Equal(KeyLookup.Ready, lease.Status);
    }

    [Fact]
    public async Task One_damaged_key_is_the_answer_for_that_key_and_not_for_its_batch()
    {
        using var system = new KeySystem();
        KeyId good = await system.CreateKeyAsync(Person);
        KeyId bad = await system.CreateKeyAsync(TestKeys.Row);
        system.Cache.Invalidate(TestKeys.Org, good);
        system.Cache.Invalidate(TestKeys.Org, bad);
        system.Store.OnFetch = r => r.Id == bad ? r with { Wrapped = new byte[61] } : r;
        using DataKeySet<KeyId> keys = await system.Cache.RentManyAsync(TestKeys.Org, [good, bad], Cancellation);
        Assert.Equal(KeyLookup.Ready, keys[good].Status);
        Assert.Equal(KeyLookup.Damaged, keys[bad].Status);
        Assert.False(system.Cache.TryRent(TestKeys.Org, bad, out _));
    }

    [Fact]
    public async Task Answers_that_break_the_stores_contract_are_refused()
    {
        using var system = new KeySystem();
        using DataKey other = DataKey.Generate(TestKeys.Org, KeyPurpose.Person);
        foreach (Func<DataKeyGrant, DataKeyGrant> wrong in new Func<DataKeyGrant, DataKeyGrant>[]
        {
            g => g with { Uses = 1025 },
            g => g with { Uses = 0 },
            g => g with { Record = g.Record with { State = KeyState.DecryptOnly } },
            g => g with { Record = g.Record with { State = KeyState.Destroyed } },
            g => g with { Record = g.Record with { Purpose = KeyPurpose.Scope("x") } },
        })
        {
            system.Store.OnGrant = wrong;
            await TestKeys.AssertCodeAsync(CryptoErrorCodes.KeyStoreContractBroken, () => system.CreateKeyAsync(Person));
        }

        system.Store.OnGrant = g => g;
        system.Store.OnGrants = g => [.. g, .. g];
        await TestKeys.AssertCodeAsync(CryptoErrorCodes.KeyStoreContractBroken, () => system.CreateKeyAsync(Person));
        system.Store.OnGrants = g => g;
        KeyId id = await system.CreateKeyAsync(Person);
        system.Cache.Invalidate(TestKeys.Org, id);
        system.Store.OnFetch = r => r with { Id = other.Id };
        await TestKeys.AssertCodeAsync(CryptoErrorCodes.KeyStoreContractBroken, async () => await system.Cache.RentAsync(TestKeys.Org, id));
    }

    [Fact]
    public async Task A_candidate_under_an_old_epoch_is_wrapped_anew()
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
    public void Bounds_that_make_no_sense_are_refused()
    {
        foreach (DataKeyCacheOptions bad in new[]
        {
            new DataKeyCacheOptions { Capacity = 0 }, new DataKeyCacheOptions { ReservationBlock = 0 }, new DataKeyCacheOptions { TimeToLive = TimeSpan.Zero },
        })
            Assert.Throws<ArgumentOutOfRangeException>(() => new KeySystem(bad));
    }

    [Fact]
    public async Task A_demand_for_nothing_is_refused_and_a_disposed_cache_loads_nothing()
    {
        using var system = new KeySystem();
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(
            async () => await system.Cache.RentForEncryptionAsync(TestKeys.Org, [new KeyDemand(KeySubject.Person(Person), 0)], Cancellation));
        KeyId id = await system.CreateKeyAsync(Person);
        system.Cache.Dispose();
        Assert.Equal(0, system.Cache.Count);
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await system.Cache.RentAsync(TestKeys.Org, id, Cancellation));
    }

    [Fact]
    public async Task Threads_that_rent_encrypt_invalidate_and_evict_at_once_never_meet_a_zeroed_key()
    {
        using var system = new KeySystem(new DataKeyCacheOptions { Capacity = 4 });
        int wrong = 0;
        await Task.WhenAll(Enumerable.Range(0, 8).Select(t => Task.Run(async () =>
        {
            byte[] back = new byte[1];
            for (int i = 0; i < TestScale.Count(1_000, 20_000); i++)
            {
                KeySubject subject = KeySubject.Person(new Guid(i * (t + 1) % 9, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0));
                using DataKeySet<KeySubject> keys = await system.Cache.RentForEncryptionAsync(TestKeys.Org, [new KeyDemand(subject, 1)]);
                byte[] envelope = TestKeys.Encrypt(keys[subject].Key, TestKeys.Body, "x"u8);
                if (i % 5 == 0)
                    system.Cache.Invalidate(TestKeys.Org, keys[subject].Key.Id);

                using DataKeyLease lease = await system.Cache.RentAsync(TestKeys.Org, keys[subject].Key.Id);
                if (FieldCipher.TryDecrypt(lease, TestKeys.Body, TestKeys.Row, envelope, back, out _) != DecryptResult.Ok || back[0] != (byte)'x')
                    Interlocked.Increment(ref wrong);
            }
        })));
        Assert.Equal(0, wrong);
        Assert.Equal(9, system.Store.Keys.Count);
    }

    private static void AssertZeroedByDispose(KeySystem system, DataKey key)
    {
        ReadOnlyMemory<byte> bytes = key.Cipher.Memory;
        Assert.True(bytes.Span.ContainsAnyExcept((byte)0));
        system.Cache.Dispose();
        Assert.False(bytes.Span.ContainsAnyExcept((byte)0));
    }

    private sealed class JumpingClock : TimeProvider
    {
        internal DateTimeOffset Now { get; set; } = DateTimeOffset.UnixEpoch.AddDays(1000);

        internal long Timestamp { get; set; }

        public override DateTimeOffset GetUtcNow() => Now;

        public override long GetTimestamp() => Timestamp;
    }
}
