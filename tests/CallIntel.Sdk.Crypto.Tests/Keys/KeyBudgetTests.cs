using CallIntel.Sdk.Crypto.Envelope;
using CallIntel.Sdk.Crypto.Keys;

namespace CallIntel.Sdk.Crypto.Tests.Keys;

public class KeyBudgetTests
{
    private const long Cap = 500;

    [Fact]
    public async Task A_crash_anywhere_between_reserving_and_using_never_lets_a_key_exceed_its_cap()
    {
        var random = new Random(7);
        int crashes = TestScale.Count(10_000, 100_000);
        byte[] material = new byte[32];
        byte[] envelope = new byte[63];
        for (int done = 0; done < crashes; )
        {
            // One key lives through process after process until its uses are gone.
            var budget = new CrashingBudget(random);
            long made = 0;
            while (budget.Reserved < Cap)
            {
                using var key = new DataKey(TestKeys.Org, TestKeys.Person, material);
                try
                {
                    for (int reservations = random.Next(4); reservations >= 0; reservations--)
                    {
                        long granted = await key.ReserveAsync(
                            budget,
                            random.Next(1, 40),
                            TestContext.Current.CancellationToken
                        );
                        for (int uses = random.Next((int)granted + 5); uses > 0; uses--)
                        {
                            if (
                                FieldCipher.TryEncrypt(key, TestKeys.Body, TestKeys.Row, default, envelope, out _)
                                == EncryptResult.Ok
                            )
                                made++;
                        }
                    }
                }
                catch (InvalidOperationException) { }

                done++;
                Assert.True(made <= budget.Reserved && budget.Reserved <= Cap);
            }
        }
    }

    [Fact]
    public async Task Reserved_uses_can_be_spent_also_after_the_key_was_found_empty()
    {
        using var system = new KeySystem();
        KeyId id = await system.CreateKeyAsync(TestKeys.Row);
        Assert.True(system.Cache.TryRent(TestKeys.Org, id, out DataKeyLease lease));
        using DataKey key = DataKey.Generate(TestKeys.Org, TestKeys.Person);
        system.Store.Put(new DataKeyRecord(key.Id, key.Subject, 1, KeyState.Active, default));
        byte[] envelope = new byte[63];
        for (int i = 0; i < 3; i++)
            Assert.Equal(
                EncryptResult.AllowanceExhausted,
                FieldCipher.TryEncrypt(key, TestKeys.Body, TestKeys.Row, default, envelope, out _)
            );

        Assert.Equal(2, await key.ReserveAsync(system.Store, 2, TestContext.Current.CancellationToken));
        Assert.Equal(2, key.Allowance);
        Assert.Equal(
            EncryptResult.Ok,
            FieldCipher.TryEncrypt(key, TestKeys.Body, TestKeys.Row, default, envelope, out _)
        );
        Assert.Equal(1, key.Allowance);
        Assert.Equal(2, system.Store.Used(key.Id));
        lease.Dispose();
    }

    [Fact]
    public void Exactly_as_many_uses_as_were_reserved_are_made_by_many_threads()
    {
        using DataKey key = TestKeys.Create(uses: 5_000);
        int made = 0;
        Parallel.For(0, 32, _ =>
        {
            byte[] envelope = new byte[63];
            for (int i = 0; i < 500; i++)
            {
                if (
                    FieldCipher.TryEncrypt(key, TestKeys.Body, TestKeys.Row, default, envelope, out int written)
                    == EncryptResult.Ok
                )
                    Interlocked.Increment(ref made);
            }
        });

        // A spent key answers "exhausted" for a moment too early at most, when threads meet; never too late.
        byte[] last = new byte[63];
        while (FieldCipher.TryEncrypt(key, TestKeys.Body, TestKeys.Row, default, last, out int _) == EncryptResult.Ok)
            made++;

        Assert.Equal(5_000, made);
        Assert.Equal(0, key.Allowance);
    }

    [Fact]
    public async Task A_key_whose_uses_are_spent_is_replaced_by_a_new_one()
    {
        using var system = new KeySystem(new DataKeyCacheOptions { ReservationBlock = 4 });
        system.Store.CapOverride = 10;
        KeySubject subject = KeySubject.Scope("rejects", 202611);
        var byKey = new Dictionary<KeyId, int>();
        byte[] envelope = new byte[63];
        for (int i = 0; i < 95; i++)
        {
            using DataKeySet<KeySubject> keys = await system.Cache.RentForEncryptionAsync(
                TestKeys.Org,
                [new KeyDemand(subject, 1)],
                TestContext.Current.CancellationToken
            );
            DataKey key = keys[subject].Value;
            Assert.Equal(
                EncryptResult.Ok,
                FieldCipher.TryEncrypt(key, TestKeys.Body, TestKeys.Row, default, envelope, out _)
            );
            byKey[key.Id] = byKey.GetValueOrDefault(key.Id) + 1;
        }

        Assert.Equal(10, byKey.Count);
        Assert.All(byKey, k => Assert.True(k.Value <= 10 && system.Store.Used(k.Key) <= 10));
    }

    /// <summary>Counts durably, and dies before counting, after counting, or not at all.</summary>
    private sealed class CrashingBudget(Random random) : IKeyBudget
    {
        internal long Reserved { get; private set; }

        public ValueTask<long> ReserveAsync(
            Guid orgId,
            KeyId keyId,
            long uses,
            long cap,
            CancellationToken cancellationToken = default
        )
        {
            Assert.Equal(KeyPurpose.AbsoluteUsageCap, cap);
            int fate = random.Next(4);
            if (fate == 0)
                throw new InvalidOperationException("Killed before the reservation.");

            long granted = Math.Min(uses, Cap - Reserved);
            Reserved += granted;
            if (fate == 1)
                throw new InvalidOperationException("Killed after the reservation.");

            return new(granted);
        }
    }
}
