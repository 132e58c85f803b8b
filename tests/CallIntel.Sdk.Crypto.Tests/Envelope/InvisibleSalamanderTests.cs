using System.Buffers.Binary;
using System.Security.Cryptography;
using CallIntel.Sdk.Crypto.Envelope;
using CallIntel.Sdk.Crypto.Keys;

namespace CallIntel.Sdk.Crypto.Tests.Envelope;

/// <summary>
/// Ciphertexts that decrypt under two keys (Dodis, Grubbs, Ristenpart, Woodage: "Fast message franking", 2018). AES-GCM
/// alone does not prevent them.
/// </summary>
public class InvisibleSalamanderTests
{
    const int Blocks = 4;
    const int SolvedBlock = 2;

    [Fact]
    public void A_ciphertext_for_two_keys_decrypts_under_both_with_gcm_but_only_under_one_in_an_envelope()
    {
        int count = TestScale.Count(1_000, 10_000);
        for (int i = 0; i < count; i++)
        {
            byte[] material1 = RandomNumberGenerator.GetBytes(32);
            byte[] material2 = RandomNumberGenerator.GetBytes(32);
            using DataKey key1 = TestKeys.Create(material: material1);
            using DataKey key2 = TestKeys.Create(material: material2);
            byte[] envelope = MakeSalamander(key1.Id, material1, material2, out byte[] associatedData);

            Assert.True(OpensRaw(material1, envelope, associatedData));
            Assert.True(OpensRaw(material2, envelope, associatedData));

            Assert.Equal(DecryptResult.Ok, TestKeys.Decrypt(key1, TestKeys.Body, envelope, out _));
            Assert.Equal(DecryptResult.UnknownKey, TestKeys.Decrypt(key2, TestKeys.Body, envelope, out _));
            EnvelopeSealer.WriteHeader(envelope, key2.Id, padded: false);
            Assert.Equal(DecryptResult.UnknownKey, TestKeys.Decrypt(key1, TestKeys.Body, envelope, out _));
            Assert.Equal(DecryptResult.AuthenticationFailed, TestKeys.Decrypt(key2, TestKeys.Body, envelope, out _));
        }
    }

    static byte[] MakeSalamander(KeyId named, byte[] material1, byte[] material2, out byte[] associatedData)
    {
        byte[] envelope = new byte[EnvelopeFormat.Overhead + Blocks * 16];
        RandomNumberGenerator.Fill(envelope);
        EnvelopeSealer.WriteHeader(envelope, named, padded: false);
        associatedData = new byte[EnvelopeFormat.AssociatedDataLength];
        EnvelopeSealer.WriteAssociatedData(associatedData, envelope, TestKeys.Body, TestKeys.Row);

        byte[] nonce = envelope[35..47];
        (UInt128 h1, UInt128 mask1) = Prepare(material1, nonce);
        (UInt128 h2, UInt128 mask2) = Prepare(material2, nonce);
        Span<byte> ciphertext = envelope.AsSpan(47, Blocks * 16);
        List<UInt128> blocks = [.. ToBlocks(associatedData), .. ToBlocks(ciphertext)];
        blocks.Add(((UInt128)(ulong)(associatedData.Length * 8) << 64) | (ulong)(ciphertext.Length * 8));

        // tag = sum(block[i] * H^(n-i)) + mask. Equal tags under both keys are one linear equation in one free block.
        int solved = blocks.Count - 1 - Blocks + SolvedBlock;
        UInt128 sum = mask1 ^ mask2;
        for (int i = 0; i < blocks.Count; i++)
        {
            if (i != solved)
                sum ^= Multiply(blocks[i], Power(h1, blocks.Count - i) ^ Power(h2, blocks.Count - i));
        }

        UInt128 factor = Power(h1, blocks.Count - solved) ^ Power(h2, blocks.Count - solved);
        blocks[solved] = Multiply(sum, Invert(factor));
        BinaryPrimitives.WriteUInt128BigEndian(ciphertext[(SolvedBlock * 16)..], blocks[solved]);

        UInt128 tag = mask1;
        for (int i = 0; i < blocks.Count; i++)
            tag ^= Multiply(blocks[i], Power(h1, blocks.Count - i));

        BinaryPrimitives.WriteUInt128BigEndian(envelope.AsSpan(envelope.Length - 16), tag);
        return envelope;
    }

    static bool OpensRaw(byte[] material, byte[] envelope, byte[] associatedData)
    {
        using var cipher = new AesGcm(material, 16);
        byte[] plaintext = new byte[Blocks * 16];
        cipher.Decrypt(
            envelope.AsSpan(35, 12),
            envelope.AsSpan(47, Blocks * 16),
            envelope.AsSpan(envelope.Length - 16),
            plaintext,
            associatedData
        );
        return true;
    }

    static (UInt128 H, UInt128 Mask) Prepare(byte[] material, byte[] nonce)
    {
        using var aes = Aes.Create();
        aes.Key = material;
        byte[] h = aes.EncryptEcb(new byte[16], PaddingMode.None);
        byte[] mask = aes.EncryptEcb([.. nonce, 0, 0, 0, 1], PaddingMode.None);
        return (BinaryPrimitives.ReadUInt128BigEndian(h), BinaryPrimitives.ReadUInt128BigEndian(mask));
    }

    static List<UInt128> ToBlocks(ReadOnlySpan<byte> bytes)
    {
        List<UInt128> blocks = [];
        for (; bytes.Length > 0; bytes = bytes[Math.Min(16, bytes.Length)..])
        {
            byte[] block = new byte[16];
            bytes[..Math.Min(16, bytes.Length)].CopyTo(block);
            blocks.Add(BinaryPrimitives.ReadUInt128BigEndian(block));
        }

        return blocks;
    }

    // GF(2^128) in the bit order of GCM: the first bit is the coefficient of x^0.
    static UInt128 Multiply(UInt128 x, UInt128 y)
    {
        UInt128 product = 0;
        for (int i = 127; i >= 0; i--)
        {
            if (((x >> i) & 1) == 1)
                product ^= y;

            y = (y & 1) == 1 ? (y >> 1) ^ ((UInt128)0xE1 << 120) : y >> 1;
        }

        return product;
    }

    static UInt128 Power(UInt128 x, int exponent)
    {
        UInt128 result = x;
        for (int i = 1; i < exponent; i++)
            result = Multiply(result, x);

        return result;
    }

    static UInt128 Invert(UInt128 x)
    {
        // x^(2^128 - 2) is the product of x^(2^i) for i from 1 to 127.
        UInt128 square = Multiply(x, x);
        UInt128 result = square;
        for (int i = 2; i < 128; i++)
        {
            square = Multiply(square, square);
            result = Multiply(result, square);
        }

        return result;
    }
}
