using System.Security.Cryptography;
using CallIntel.Sdk.Crypto.Keys;
using CallIntel.Sdk.Crypto.Primitives;

namespace CallIntel.Sdk.Crypto.Tests.Keys;

public class OrgKekTests
{
    readonly byte[] _material = RandomNumberGenerator.GetBytes(32);

    [Fact]
    public void A_wrapped_key_unwraps_to_the_same_key()
    {
        using OrgKek kek = Kek(TestKeys.Org, 1);
        using DataKey key = DataKey.Generate(TestKeys.Org, TestKeys.Person);
        DataKeyRecord record = Record(key, kek);
        Assert.Equal(DataKeyRecord.WrappedLength, record.Wrapped.Length);
        Assert.Equal(61, record.Wrapped.Length);
        using DataKey back = kek.Unwrap(record);
        Assert.Equal(key.Id, back.Id);
        Assert.True(key.Cipher.Bytes.SequenceEqual(back.Cipher.Bytes));
        Assert.Equal(0, back.Allowance);
    }

    [Fact]
    public void Each_wrapping_uses_a_new_nonce_and_releases_the_org_key()
    {
        var cipher = new KeyedCipher(_material);
        var kek = new OrgKek(TestKeys.Org, 1, cipher);
        using DataKey key = DataKey.Generate(TestKeys.Org, TestKeys.Person);
        byte[][] wrapped = [.. Enumerable.Range(0, 50).Select(_ => kek.Wrap(key))];
        Assert.Equal(50, wrapped.Select(w => Convert.ToHexString(w.AsSpan(1, 12))).Distinct().Count());
        Assert.All(wrapped, w => kek.Unwrap(new DataKeyRecord(key.Id, key.Subject, 1, KeyState.Active, w)).Dispose());
        kek.Dispose();
        Assert.False(cipher.Bytes.ContainsAnyExcept((byte)0));
    }

    [Fact]
    public void Every_flipped_bit_and_every_other_length_is_rejected()
    {
        using OrgKek kek = Kek(TestKeys.Org, 1);
        using DataKey key = DataKey.Generate(TestKeys.Org, TestKeys.Person);
        DataKeyRecord record = Record(key, kek);
        byte[] wrapped = record.Wrapped.ToArray();
        for (int bit = 0; bit < wrapped.Length * 8; bit++)
        {
            wrapped[bit / 8] ^= (byte)(1 << (bit % 8));
            TestKeys.AssertCode(CryptoErrorCodes.DataKeyUnwrapFailed, () =>
                kek.Unwrap(record with { Wrapped = wrapped })
            );
            wrapped[bit / 8] ^= (byte)(1 << (bit % 8));
        }

        foreach (byte[] other in new byte[][] { [], wrapped[..60], [.. wrapped, 0] })
            TestKeys.AssertCode(CryptoErrorCodes.DataKeyUnwrapFailed, () =>
                kek.Unwrap(record with { Wrapped = other })
            );
    }

    [Fact]
    public void A_wrapped_key_of_another_org_epoch_id_or_purpose_is_rejected()
    {
        using OrgKek kek = Kek(TestKeys.Org, 1);
        using DataKey key = DataKey.Generate(TestKeys.Org, TestKeys.Person);
        using DataKey other = DataKey.Generate(TestKeys.Org, TestKeys.Person);
        DataKeyRecord record = Record(key, kek);
        using OrgKek nextEpoch = Kek(TestKeys.Org, 2);
        using OrgKek otherOrg = Kek(TestKeys.OtherOrg, 1);
        TestKeys.AssertCode(CryptoErrorCodes.DataKeyUnwrapFailed, () => nextEpoch.Unwrap(record));
        TestKeys.AssertCode(CryptoErrorCodes.DataKeyUnwrapFailed, () => nextEpoch.Unwrap(record with { Epoch = 2 }));
        TestKeys.AssertCode(CryptoErrorCodes.DataKeyUnwrapFailed, () => otherOrg.Unwrap(record));
        TestKeys.AssertCode(CryptoErrorCodes.DataKeyUnwrapFailed, () => kek.Unwrap(record with { Id = other.Id }));
        TestKeys.AssertCode(CryptoErrorCodes.DataKeyUnwrapFailed, () =>
            kek.Unwrap(record with { Subject = record.Subject with { Purpose = KeyPurpose.Scope("x") } })
        );
    }

    [Fact]
    public void A_key_that_does_not_match_its_id_is_rejected()
    {
        using OrgKek kek = Kek(TestKeys.Org, 1);
        using DataKey key = DataKey.Generate(TestKeys.Org, TestKeys.Person);
        byte[] wrapped = kek.Wrap(RandomNumberGenerator.GetBytes(32), key.Id, key.Subject);
        var record = new DataKeyRecord(key.Id, key.Subject, 1, KeyState.Active, wrapped);
        TestKeys.AssertCode(CryptoErrorCodes.DataKeyCommitmentMismatch, () => kek.Unwrap(record));
    }

    [Fact]
    public void Disposed_or_foreign_keys_are_not_wrapped()
    {
        OrgKek kek = Kek(TestKeys.Org, 1);
        using DataKey key = DataKey.Generate(TestKeys.Org, TestKeys.Person);
        using DataKey foreign = DataKey.Generate(TestKeys.OtherOrg, TestKeys.Person);
        DataKeyRecord record = Record(key, kek);
        TestKeys.AssertCode(CryptoErrorCodes.KeyOrgMismatch, () => kek.Wrap(foreign));
        key.Dispose();
        Assert.Throws<ObjectDisposedException>(() => kek.Wrap(key));
        kek.Dispose();
        kek.Dispose();
        using DataKey alive = DataKey.Generate(TestKeys.Org, TestKeys.Person);
        Assert.Throws<ObjectDisposedException>(() => kek.Wrap(alive));
        Assert.Throws<ObjectDisposedException>(() => kek.Unwrap(record));
    }

    OrgKek Kek(Guid org, int epoch) => new(org, epoch, new KeyedCipher(_material));

    static DataKeyRecord Record(DataKey key, OrgKek kek) =>
        new(key.Id, key.Subject, kek.Epoch, KeyState.Active, kek.Wrap(key));
}
