using CallIntel.Sdk.Crypto.BlindIndex;
using CallIntel.Sdk.Crypto.Envelope;
using CallIntel.Sdk.Crypto.Keys;

namespace CallIntel.Sdk.Crypto.Tests;

public class AllocationTests
{
    readonly byte[] _envelope = new byte[63 + 256];
    readonly byte[] _plaintext = new byte[256];

    [Fact]
    public void Encrypting_allocates_nothing()
    {
        using DataKey key = TestKeys.Create();
        AssertNoAllocation(() =>
            FieldCipher.TryEncrypt(key, TestKeys.Body, TestKeys.Row, _plaintext.AsSpan(0, 160), _envelope, out _)
        );
        AssertNoAllocation(() =>
            FieldCipher.TryEncrypt(key, TestKeys.Name, TestKeys.Row, _plaintext.AsSpan(0, 20), _envelope, out _)
        );
        AssertNoAllocation(() =>
            FieldCipher.TryEncryptText(key, TestKeys.Name, TestKeys.Row, "Erika Mustermann", _envelope, out _)
        );
    }

    [Fact]
    public void Decrypting_allocates_nothing()
    {
        using DataKey key = TestKeys.Create();
        byte[] envelope = TestKeys.Encrypt(key, TestKeys.Name, "Erika Mustermann"u8);
        AssertNoAllocation(() => FieldCipher.TryDecrypt(key, TestKeys.Name, TestKeys.Row, envelope, _plaintext, out _));
        AssertNoAllocation(() =>
            FieldCipher.TryDecrypt(
                new DataKeyRef(KeyLookup.Ready, key),
                TestKeys.Name,
                TestKeys.Row,
                envelope,
                _plaintext,
                out _
            )
        );
    }

    [Fact]
    public void Blind_indexes_allocate_nothing()
    {
        using BlindIndexKey key = BlindIndexKey.Derive(new byte[32], TestKeys.Org, "phone", 1);
        AssertNoAllocation(() => key.Compute(BlindIndexKind.PhoneE164, "+14155550123"u8));
        AssertNoAllocation(() => key.Compute(BlindIndexKind.PhoneE164, "+14155550123"));
    }

    [Fact]
    public async Task Finding_a_cached_key_allocates_nothing()
    {
        using var system = new KeySystem();
        var demand = new KeyDemand(KeySubject.Person(TestKeys.Row), 1);
        using DataKeySet<KeySubject> keys = await system.Cache.RentForEncryptionAsync(
            TestKeys.Org,
            [demand],
            TestContext.Current.CancellationToken
        );
        KeyId id = keys[demand.Subject].Value.Id;
        AssertNoAllocation(() =>
        {
            Assert.True(system.Cache.TryRent(TestKeys.Org, id, out DataKeyLease lease));
            lease.Dispose();
        });
        AssertNoAllocation(() =>
        {
            Assert.True(system.Cache.TryRentForEncryption(TestKeys.Org, demand, out DataKeyLease lease));
            lease.Dispose();
        });
    }

    static void AssertNoAllocation(Action action)
    {
        // Warm up until the pools are filled and the code is fully compiled.
        for (int i = 0; i < 200; i++)
            action();

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
            action();

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
