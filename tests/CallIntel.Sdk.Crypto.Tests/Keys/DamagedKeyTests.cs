using CallIntel.Sdk.Crypto.Envelope;
using CallIntel.Sdk.Crypto.Keys;
using CallIntel.Sdk.Crypto.Rotation;

namespace CallIntel.Sdk.Crypto.Tests.Keys;

/// <summary>One damaged key among valid ones.</summary>
public class DamagedKeyTests
{
    static readonly KeySubject One = KeySubject.Person(TestKeys.Row);
    static readonly KeySubject Other = TestKeys.Person;
    static readonly KeyDemand[] Both = [new(One, 1), new(Other, 1)];

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_manipulated_key_is_replaced_and_only_values_under_it_are_damaged()
    {
        var store = new MemoryKeyStore();
        using var before = new KeySystem(store: store);
        byte[] old = await EncryptAsync(before, One);
        byte[] others = await EncryptAsync(before, Other);
        DataKeyRecord poisoned = store.Keys.Single(k => k.Subject == One);
        store.Put(poisoned with { Wrapped = new byte[DataKeyRecord.WrappedLength] });

        using var after = new KeySystem(store: store);
        byte[] fresh = await EncryptAsync(after, One);
        byte[] same = await EncryptAsync(after, Other);
        Assert.Equal(KeyState.DecryptOnly, store.Keys.Single(k => k.Id == poisoned.Id).State);
        Assert.Equal(DecryptResult.AuthenticationFailed, await DecryptAsync(after, old));
        Assert.Equal(DecryptResult.Ok, await DecryptAsync(after, fresh));
        Assert.Equal(DecryptResult.Ok, await DecryptAsync(after, others));
        Assert.Equal(DecryptResult.Ok, await DecryptAsync(after, same));
        Assert.Equal(others[3..35], same[3..35]);
    }

    [Fact]
    public async Task When_a_store_cannot_retire_a_key_the_rest_of_the_batch_still_works()
    {
        var store = new MemoryKeyStore();
        using var before = new KeySystem(store: store);
        await before.CreateKeyAsync(One.Id);
        store.Put(store.Keys.Single() with { Wrapped = new byte[DataKeyRecord.WrappedLength] });
        store.OnRetire = () => throw new TimeoutException();
        using var after = new KeySystem(store: store);
        using DataKeySet<KeySubject> keys = await after.Cache.RentForEncryptionAsync(TestKeys.Org, Both, Cancellation);
        Assert.Equal(
            (KeyLookup.Damaged, CryptoErrorCodes.DataKeyUnwrapFailed),
            (keys[One].Status, keys[One].FaultCode)
        );
        Assert.Equal(KeyLookup.Ready, keys[Other].Status);
        byte[] envelope = new byte[64];
        Assert.Equal(
            EncryptResult.KeyUnavailable,
            FieldCipher.TryEncrypt(keys[One], TestKeys.Body, TestKeys.Row, "x"u8, envelope, out _)
        );
        Assert.Equal(
            EncryptResult.KeyUnavailable,
            FieldCipher.TryEncryptText(keys[One], TestKeys.Body, TestKeys.Row, "x", envelope, out _)
        );
    }

    [Fact]
    public async Task The_key_of_one_person_cannot_be_used_for_another_person()
    {
        var store = new MemoryKeyStore();
        using var before = new KeySystem(store: store);
        byte[] ofOther = await EncryptAsync(before, Other);
        DataKeyRecord moved = store.Keys.Single() with { Subject = One };
        store.Put(moved);
        using var after = new KeySystem(store: store);
        byte[] envelope = await EncryptAsync(after, One);
        Assert.NotEqual(ofOther[3..35], envelope[3..35]);
        Assert.Equal(DecryptResult.AuthenticationFailed, await DecryptAsync(after, ofOther));

        // Crypto-shredding A makes the data of A unreadable. B still has its key.
        store.Put(moved with { Subject = Other });
        await store.CryptoShredAsync(TestKeys.Org, One, Cancellation);
        using var later = new KeySystem(store: store);
        Assert.Equal(DecryptResult.CryptoShredded, await DecryptAsync(later, envelope));
        Assert.Equal(DecryptResult.Ok, await DecryptAsync(later, ofOther));
    }

    [Fact]
    public async Task A_key_in_the_old_wrapping_only_decrypts_until_it_is_rewrapped()
    {
        var store = new MemoryKeyStore();
        using var before = new KeySystem(store: store);
        byte[] old = await EncryptAsync(before, One);
        DataKeyRecord bound = store.Keys.Single();
        using (OrgKek kek = await before.OrgKeys.GetActiveKekAsync(TestKeys.Org, Cancellation))
        {
            using DataKey key = kek.Unwrap(bound);
            store.Put(bound with { Wrapped = kek.Wrap(key.Cipher.Bytes, key.Id, key.Subject, version: 0xD1) });
        }

        using var after = new KeySystem(store: store);
        Assert.Equal(DecryptResult.Ok, await DecryptAsync(after, old));
        byte[] fresh = await EncryptAsync(after, One);
        Assert.NotEqual(old[3..35], fresh[3..35]);
        RewrapProgress progress = await new EpochRotation(store, store, after.OrgKeys).RotateAsync(
            TestKeys.Org,
            cancellationToken: Cancellation
        );
        Assert.Equal((2, 0), (progress.Rewrapped, progress.Remaining));
        Assert.All(store.Keys, k => Assert.Equal((61, 0xD2), (k.Wrapped.Length, k.Wrapped.Span[0])));
        using var later = new KeySystem(store: store);
        Assert.Equal(DecryptResult.Ok, await DecryptAsync(later, old));
        store.Put(store.Keys.Single(k => k.Id == bound.Id) with { Subject = Other });
        using var tampered = new KeySystem(store: store);
        Assert.Equal(DecryptResult.AuthenticationFailed, await DecryptAsync(tampered, old));
    }

    [Fact]
    public async Task An_epoch_that_cannot_be_unwrapped_does_not_stop_encryption_or_rotation()
    {
        var store = new MemoryKeyStore();
        using var before = new KeySystem(store: store);
        byte[] old = await EncryptAsync(before, One);
        await before.OrgKeys.RotateAsync(TestKeys.Org, OrgKeyKind.Kek, Cancellation);
        byte[] others = await EncryptAsync(before, Other);
        store.OnOrgKey = k => k.Version == 1 ? k with { Wrapped = k.Wrapped with { Ciphertext = new byte[61] } } : k;

        using var after = new KeySystem(store: store);
        Assert.Equal(DecryptResult.Ok, await DecryptAsync(after, others));
        Assert.Equal(DecryptResult.AuthenticationFailed, await DecryptAsync(after, old));
        byte[] fresh = await EncryptAsync(after, One);
        Assert.Equal(DecryptResult.Ok, await DecryptAsync(after, fresh));
        RewrapProgress progress = await new EpochRotation(store, store, after.OrgKeys).RotateAsync(
            TestKeys.Org,
            cancellationToken: Cancellation
        );
        Assert.Equal((3, 2, 1), (progress.Epoch, progress.Rewrapped, progress.Remaining));
        Assert.Equal([new KeyId(old.AsSpan(3, 32))], progress.Failed);
        await TestKeys.AssertCodeAsync(CryptoErrorCodes.RootUnwrapFailed, async () =>
            await after.OrgKeys.GetKekAsync(TestKeys.Org, 1)
        );
    }

    [Fact]
    public async Task An_active_epoch_that_cannot_be_unwrapped_is_an_error_and_is_not_replaced()
    {
        var store = new MemoryKeyStore();
        using var before = new KeySystem(store: store);
        await before.CreateKeyAsync(One.Id);
        store.OnOrgKey = k => k with { Wrapped = k.Wrapped with { RootKeyId = "env/0000000000000000" } };
        using var after = new KeySystem(store: store);
        await TestKeys.AssertCodeAsync(CryptoErrorCodes.RootKeyUnknown, async () =>
            await after.OrgKeys.GetActiveKekAsync(TestKeys.Org)
        );
        await TestKeys.AssertCodeAsync(CryptoErrorCodes.RootKeyUnknown, () => after.CreateKeyAsync(Other.Id));
        Assert.Single(store.OrgKeys);
        store.OnOrgKey = k => k;
        await after.CreateKeyAsync(Other.Id);
    }

    static async Task<byte[]> EncryptAsync(KeySystem system, KeySubject subject)
    {
        using DataKeySet<KeySubject> keys = await system.Cache.RentForEncryptionAsync(
            TestKeys.Org,
            [new KeyDemand(subject, 1)],
            Cancellation
        );
        byte[] envelope = new byte[EnvelopeFormat.GetLength(1)];
        Assert.Equal(
            EncryptResult.Ok,
            FieldCipher.TryEncrypt(keys[subject], TestKeys.Body, TestKeys.Row, "x"u8, envelope, out _)
        );
        return envelope;
    }

    static async Task<DecryptResult> DecryptAsync(KeySystem system, byte[] envelope)
    {
        Assert.True(EnvelopeFormat.TryReadKeyId(envelope, out KeyId id));
        using DataKeyLease lease = await system.Cache.RentAsync(TestKeys.Org, id, Cancellation);
        return FieldCipher.TryDecrypt(lease.Key, TestKeys.Body, TestKeys.Row, envelope, new byte[1], out _);
    }
}
