using System.Buffers;
using CallIntel.Sdk.Crypto.Envelope;
using CallIntel.Sdk.Crypto.Keys;

namespace CallIntel.Sdk.Crypto.Tests.Envelope;

/// <summary>Encryption into a buffer writer with what a cache answered.</summary>
public class CachedKeyCipherTests
{
    [Fact]
    public void A_key_of_the_cache_writes_an_envelope_that_opens_again()
    {
        using DataKey key = TestKeys.Create(uses: 1);
        var answer = new DataKeyRef(KeyLookup.Ready, key);
        var writer = new ArrayBufferWriter<byte>();
        Assert.Equal(
            EncryptResult.Ok,
            FieldCipher.TryEncrypt(answer, TestKeys.Body, TestKeys.Row, "text"u8, ref writer)
        );
        Assert.Equal(EnvelopeFormat.GetLength(4), writer.WrittenCount);
        Assert.Equal(DecryptResult.Ok, TestKeys.Decrypt(key, TestKeys.Body, writer.WrittenSpan, out byte[] plaintext));
        Assert.Equal("text"u8.ToArray(), plaintext);
        Assert.Equal(
            EncryptResult.AllowanceExhausted,
            FieldCipher.TryEncrypt(answer, TestKeys.Body, TestKeys.Row, "text"u8, ref writer)
        );
    }

    [Theory]
    [InlineData(KeyLookup.NotCached)]
    [InlineData(KeyLookup.Shredded)]
    [InlineData(KeyLookup.Unknown)]
    [InlineData(KeyLookup.Damaged)]
    public void An_answer_without_a_key_writes_nothing(KeyLookup status)
    {
        var writer = new ArrayBufferWriter<byte>();
        Assert.Equal(
            EncryptResult.KeyUnavailable,
            FieldCipher.TryEncrypt(new DataKeyRef(status, null), TestKeys.Body, TestKeys.Row, "text"u8, ref writer)
        );
        Assert.Equal(0, writer.WrittenCount);
    }
}
