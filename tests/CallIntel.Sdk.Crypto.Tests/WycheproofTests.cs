using System.Security.Cryptography;
using System.Text.Json;
using CallIntel.Sdk.Crypto.Envelope;
using CallIntel.Sdk.Crypto.Keys;

namespace CallIntel.Sdk.Crypto.Tests;

public class WycheproofTests
{
    [Fact]
    public void Aes_gcm_passes_every_vector_with_supported_sizes_and_rejects_other_sizes()
    {
        int valid = 0;
        int invalid = 0;
        int unsupported = 0;
        int throughEnvelope = 0;
        foreach (Vector v in ReadAead())
        {
            if (v.Nonce.Length != 12 || v.Tag.Length is < 12 or > 16)
            {
                Assert.ThrowsAny<ArgumentException>(() => OpensRaw(v));
                unsupported++;
                continue;
            }

            Assert.Equal(v.Valid, OpensRaw(v));
            _ = v.Valid ? valid++ : invalid++;
            if (v.Key.Length == 32 && v.Tag.Length == 16)
            {
                AssertThroughEnvelope(v);
                throughEnvelope++;
            }
        }

        Assert.Equal(116, valid);
        Assert.Equal(81, invalid);
        Assert.Equal(119, unsupported);
        Assert.Equal(66, throughEnvelope);
    }

    [Fact]
    public void Hkdf_sha256_passes_every_vector()
    {
        int count = 0;
        foreach ((JsonElement _, JsonElement test) in ReadTests("hkdf_sha256"))
        {
            byte[] derived = new byte[test.GetProperty("size").GetInt32()];
            void Derive() =>
                HKDF.DeriveKey(
                    HashAlgorithmName.SHA256,
                    Hex(test, "ikm"),
                    derived,
                    Hex(test, "salt"),
                    Hex(test, "info")
                );
            if (test.GetProperty("result").GetString() == "valid")
            {
                Derive();
                Assert.Equal(Hex(test, "okm"), derived);
            }
            else
            {
                Assert.ThrowsAny<ArgumentException>(Derive);
            }

            count++;
        }

        Assert.Equal(86, count);
    }

    [Fact]
    public void Hmac_sha256_passes_every_vector()
    {
        int count = 0;
        foreach ((JsonElement group, JsonElement test) in ReadTests("hmac_sha256"))
        {
            byte[] mac = HMACSHA256.HashData(Hex(test, "key"), Hex(test, "msg"))[
                ..(group.GetProperty("tagSize").GetInt32() / 8)
            ];
            bool valid = CryptographicOperations.FixedTimeEquals(mac, Hex(test, "tag"));
            Assert.Equal(test.GetProperty("result").GetString() == "valid", valid);
            count++;
        }

        Assert.Equal(174, count);
    }

    static void AssertThroughEnvelope(Vector v)
    {
        using DataKey key = TestKeys.Create(material: v.Key);
        byte[] envelope = new byte[EnvelopeFormat.Overhead + v.Ciphertext.Length];
        EnvelopeSealer.WriteHeader(envelope, key.Id, padded: false);
        v.Nonce.CopyTo(envelope, EnvelopeFormat.NonceOffset);
        v.Ciphertext.CopyTo(envelope, EnvelopeFormat.CiphertextOffset);
        v.Tag.CopyTo(envelope, envelope.Length - 16);
        Assert.True(EnvelopeFormat.IsWellFormed(envelope));
        Assert.True(key.Cipher.TryRent(out AesGcm? cipher));

        byte[] plaintext = new byte[v.Ciphertext.Length];
        DecryptResult result = EnvelopeSealer.Open(cipher, envelope, v.AssociatedData, plaintext, out int written);
        Assert.Equal(v.Valid ? DecryptResult.Ok : DecryptResult.AuthenticationFailed, result);
        Assert.Equal(v.Valid ? plaintext.Length : 0, written);
        Assert.Equal(v.Valid ? v.Plaintext : new byte[plaintext.Length], plaintext);
        if (v.Valid)
        {
            byte[] sealedAgain = (byte[])envelope.Clone();
            sealedAgain.AsSpan(EnvelopeFormat.CiphertextOffset).Clear();
            EnvelopeSealer.Seal(cipher, sealedAgain, v.Plaintext, v.AssociatedData);
            Assert.Equal(envelope, sealedAgain);
        }

        key.Cipher.Return(cipher);
    }

    static bool OpensRaw(Vector v)
    {
        using var cipher = new AesGcm(v.Key, v.Tag.Length);
        byte[] plaintext = new byte[v.Ciphertext.Length];
        try
        {
            cipher.Decrypt(v.Nonce, v.Ciphertext, v.Tag, plaintext, v.AssociatedData);
            return plaintext.AsSpan().SequenceEqual(v.Plaintext);
        }
        catch (AuthenticationTagMismatchException)
        {
            return false;
        }
    }

    static IEnumerable<Vector> ReadAead() =>
        ReadTests("aes_gcm")
            .Select(t => new Vector(
                Hex(t.Test, "key"),
                Hex(t.Test, "iv"),
                Hex(t.Test, "aad"),
                Hex(t.Test, "msg"),
                Hex(t.Test, "ct"),
                Hex(t.Test, "tag"),
                t.Test.GetProperty("result").GetString() == "valid"
            ));

    static IEnumerable<(JsonElement Group, JsonElement Test)> ReadTests(string name) =>
        from g in Repository.ReadWycheproof(name).GetProperty("testGroups").EnumerateArray()
        from t in g.GetProperty("tests").EnumerateArray()
        select (g, t);

    static byte[] Hex(JsonElement test, string property) =>
        Convert.FromHexString(test.GetProperty(property).GetString()!);

    sealed record Vector(
        byte[] Key,
        byte[] Nonce,
        byte[] AssociatedData,
        byte[] Plaintext,
        byte[] Ciphertext,
        byte[] Tag,
        bool Valid
    );
}
