using CallIntel.Sdk.Crypto.Envelope;
using CallIntel.Sdk.Crypto.Keys;

namespace CallIntel.Sdk.Crypto.Tests.Keys;

public class KeyBudgetTests
{
    const long Cap = 50;

    [Fact]
    public async Task A_crash_between_reserving_and_using_never_lets_a_key_exceed_its_cap()
    {
        var random = new Random(7);
        KeySubject subject = KeySubject.Scope("rejects", 202611);
        var store = new MemoryKeyStore
        {
            CapOverride = Cap,
            OnGrant = g =>
                random.Next(4) > 0 ? g : throw new InvalidOperationException("Killed after the reservation."),
        };
        var made = new Dictionary<KeyId, int>();
        byte[] envelope = new byte[63];
        for (int process = TestScale.Count(300, 3_000); process > 0; process--)
        {
            var options = new DataKeyCacheOptions { ReservationBlock = random.Next(1, 40) };
            using var system = new KeySystem(options, store);
            try
            {
                for (int batches = random.Next(1, 5); batches > 0; batches--)
                {
                    using DataKeySet<KeySubject> keys = await system.Cache.RentForEncryptionAsync(
                        TestKeys.Org,
                        [new KeyDemand(subject, 1)],
                        TestContext.Current.CancellationToken
                    );
                    DataKey key = keys[subject].Value;
                    for (int uses = random.Next(45); uses > 0; uses--)
                    {
                        if (
                            FieldCipher.TryEncrypt(key, TestKeys.Body, TestKeys.Row, default, envelope, out _)
                            == EncryptResult.Ok
                        )
                            made[key.Id] = made.GetValueOrDefault(key.Id) + 1;
                    }
                }
            }
            catch (CallIntelException e) when (e.Code == CryptoErrorCodes.KeyStoreUnavailable) { }

            Assert.All(made, m => Assert.True(m.Value <= store.Used(m.Key) && store.Used(m.Key) <= Cap));
        }

        Assert.InRange(made.Count, 2, int.MaxValue);
    }

    [Fact]
    public void A_key_without_uses_encrypts_again_when_uses_are_added()
    {
        using DataKey key = DataKey.Generate(TestKeys.Org, TestKeys.Person);
        byte[] envelope = new byte[63];
        for (int i = 0; i < 3; i++)
            Assert.Equal(
                EncryptResult.AllowanceExhausted,
                FieldCipher.TryEncrypt(key, TestKeys.Body, TestKeys.Row, default, envelope, out _)
            );

        key.AddGrant(2);
        Assert.Equal(2, key.Allowance);
        Assert.Equal(
            EncryptResult.Ok,
            FieldCipher.TryEncrypt(key, TestKeys.Body, TestKeys.Row, default, envelope, out _)
        );
        Assert.Equal(1, key.Allowance);
    }

    [Fact]
    public void Many_threads_make_exactly_the_reserved_number_of_uses()
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

        // Concurrent calls can see an exhausted key although a use is left, but never the other way round.
        byte[] last = new byte[63];
        while (FieldCipher.TryEncrypt(key, TestKeys.Body, TestKeys.Row, default, last, out int _) == EncryptResult.Ok)
            made++;

        Assert.Equal(5_000, made);
        Assert.Equal(0, key.Allowance);
    }

    [Fact]
    public async Task A_key_without_uses_left_is_replaced_by_a_new_one()
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
}
