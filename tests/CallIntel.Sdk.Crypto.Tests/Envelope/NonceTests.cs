using System.Buffers.Binary;
using CallIntel.Sdk.Crypto.Envelope;
using CallIntel.Sdk.Crypto.Keys;
using CallIntel.Sdk.Crypto.Primitives;

namespace CallIntel.Sdk.Crypto.Tests.Envelope;

public class NonceTests
{
    const int Threads = 32;

    [Fact]
    public void Thirty_two_threads_share_one_key_without_errors_or_repeated_nonces()
    {
        using DataKey key = TestKeys.Create();
        int perThread = TestScale.Count(320_000, 10_000_000) / Threads;
        var nonces = new UInt128[perThread * Threads];
        int faults = 0;
        var threads = Enumerable
            .Range(0, Threads)
            .Select(t => new Thread(() => faults += Run(key, nonces.AsSpan(t * perThread, perThread), t)))
            .ToList();
        threads.ForEach(t => t.Start());
        threads.ForEach(t => t.Join());

        Assert.Equal(0, faults);
        Array.Sort(nonces);
        int repeated = 0;
        for (int i = 1; i < nonces.Length; i++)
            repeated += nonces[i] == nonces[i - 1] ? 1 : 0;

        Assert.Equal(0, repeated);
    }

    [Fact]
    public void A_nonce_is_not_reused_after_a_failed_encryption()
    {
        Span<byte> first = stackalloc byte[12];
        Span<byte> second = stackalloc byte[12];
        HashSet<string> seen = [];
        for (int i = 0; i < 3 * NonceSource.BlockNonces; i++)
        {
            NonceSource.Next(first);
            Assert.True(seen.Add(Convert.ToHexString(first)));

            // Fails after a nonce was drawn, because the destination is too short for it.
            Assert.ThrowsAny<ArgumentException>(() => NonceSource.Next(new byte[11]));
            NonceSource.Next(second);
            Assert.True(seen.Add(Convert.ToHexString(second)));
        }
    }

    static int Run(DataKey key, Span<UInt128> nonces, int thread)
    {
        int faults = 0;
        byte[] plaintext = new byte[32];
        byte[] envelope = new byte[63 + 32];
        byte[] back = new byte[32];
        Span<byte> wide = stackalloc byte[16];
        for (int i = 0; i < nonces.Length; i++)
        {
            BinaryPrimitives.WriteInt64LittleEndian(plaintext, ((long)thread << 32) | (uint)i);
            if (
                FieldCipher.TryEncrypt(key, TestKeys.Body, TestKeys.Row, plaintext, envelope, out _) != EncryptResult.Ok
                || FieldCipher.TryDecrypt(key, TestKeys.Body, TestKeys.Row, envelope, back, out _) != DecryptResult.Ok
                || !back.AsSpan().SequenceEqual(plaintext)
            )
                faults++;

            envelope.AsSpan(35, 12).CopyTo(wide);
            nonces[i] = BinaryPrimitives.ReadUInt128BigEndian(wide);
        }

        return faults;
    }
}
