using CallIntel.Sdk.Crypto.Envelope;
using CallIntel.Sdk.Crypto.Keys;

namespace CallIntel.Sdk.Crypto.Tests.Envelope;

/// <summary>Encryption with the results of a cache lookup.</summary>
public class CachedKeyCipherTests
{
    [Fact]
    public void A_key_of_the_cache_encrypts_until_its_uses_are_spent()
    {
        using DataKey key = TestKeys.Create(uses: 2);
        var found = new DataKeyRef(KeyLookup.Ready, key);
        byte[] envelope = new byte[EnvelopeFormat.GetLength(4)];
        Assert.Equal(
            EncryptResult.Ok,
            FieldCipher.TryEncrypt(found, TestKeys.Body, TestKeys.Row, "text"u8, envelope, out int written)
        );
        Assert.Equal(envelope.Length, written);
        Assert.Equal(DecryptResult.Ok, TestKeys.Decrypt(key, TestKeys.Body, envelope, out byte[] plaintext));
        Assert.Equal("text"u8.ToArray(), plaintext);
        Assert.Equal(
            EncryptResult.Ok,
            FieldCipher.TryEncryptText(found, TestKeys.Body, TestKeys.Row, "text", envelope, out written)
        );
        Assert.Equal(envelope.Length, written);
        Assert.Equal(DecryptResult.Ok, TestKeys.Decrypt(key, TestKeys.Body, envelope, out plaintext));
        Assert.Equal("text"u8.ToArray(), plaintext);
        Assert.Equal(
            EncryptResult.AllowanceExhausted,
            FieldCipher.TryEncrypt(found, TestKeys.Body, TestKeys.Row, "text"u8, envelope, out written)
        );
        Assert.Equal(0, written);
    }

    [Theory]
    [InlineData(KeyLookup.NotCached)]
    [InlineData(KeyLookup.CryptoShredded)]
    [InlineData(KeyLookup.Unknown)]
    [InlineData(KeyLookup.Damaged)]
    public void A_lookup_without_a_key_writes_nothing(KeyLookup status)
    {
        var none = new DataKeyRef(status, null);
        byte[] envelope = new byte[EnvelopeFormat.GetLength(4)];
        Assert.Equal(
            EncryptResult.KeyUnavailable,
            FieldCipher.TryEncrypt(none, TestKeys.Body, TestKeys.Row, "text"u8, envelope, out int written)
        );
        Assert.Equal(0, written);
        Assert.Equal(
            EncryptResult.KeyUnavailable,
            FieldCipher.TryEncryptText(none, TestKeys.Body, TestKeys.Row, "text", envelope, out written)
        );
        Assert.Equal(0, written);
        Assert.Equal(new byte[envelope.Length], envelope);
    }
}
