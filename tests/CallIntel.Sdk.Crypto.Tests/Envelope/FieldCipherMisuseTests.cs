using System.Runtime.InteropServices;
using CallIntel.Sdk.Crypto.Envelope;
using CallIntel.Sdk.Crypto.Keys;

namespace CallIntel.Sdk.Crypto.Tests.Envelope;

/// <summary>Overlapping buffers and empty ids.</summary>
public class FieldCipherMisuseTests
{
    [Fact]
    public void A_plaintext_that_overlaps_the_destination_is_encrypted_unchanged()
    {
        using DataKey key = TestKeys.Create();
        byte[] plaintext = [.. Enumerable.Range(1, 100).Select(i => (byte)i)];
        foreach (FieldHandle field in new[] { TestKeys.Body, TestKeys.Name })
        {
            for (int at = 0; at + plaintext.Length <= 300; at++)
            {
                byte[] buffer = new byte[300];
                plaintext.CopyTo(buffer, at);
                Assert.Equal(
                    EncryptResult.Ok,
                    FieldCipher.TryEncrypt(
                        key,
                        field,
                        TestKeys.Row,
                        buffer.AsSpan(at, plaintext.Length),
                        buffer,
                        out int written
                    )
                );
                Assert.Equal(
                    DecryptResult.Ok,
                    TestKeys.Decrypt(key, field, buffer.AsSpan(0, written), out byte[] back)
                );
                Assert.Equal(plaintext, back);
            }
        }
    }

    [Fact]
    public void A_text_or_envelope_that_overlaps_the_destination_is_rejected()
    {
        using DataKey key = TestKeys.Create();
        byte[] buffer = new byte[300];
        Assert.Throws<ArgumentException>(() =>
            FieldCipher.TryEncryptText(
                key,
                TestKeys.Body,
                TestKeys.Row,
                MemoryMarshal.Cast<byte, char>(buffer.AsSpan(100, 12)),
                buffer,
                out _
            )
        );

        byte[] envelope = TestKeys.Encrypt(key, TestKeys.Body, new byte[100]);
        for (int at = 0; at < 400; at++)
        {
            byte[] shared = new byte[600];
            envelope.CopyTo(shared, 150);
            int start = at;
            bool overlaps = start + 100 > 150 && start < 150 + envelope.Length;
            if (overlaps)
                Assert.Throws<ArgumentException>(() =>
                    FieldCipher.TryDecrypt(
                        key,
                        TestKeys.Body,
                        TestKeys.Row,
                        shared.AsSpan(150, envelope.Length),
                        shared.AsSpan(start, 100),
                        out _
                    )
                );
            else
                Assert.Equal(
                    DecryptResult.Ok,
                    FieldCipher.TryDecrypt(
                        key,
                        TestKeys.Body,
                        TestKeys.Row,
                        shared.AsSpan(150, envelope.Length),
                        shared.AsSpan(start, 100),
                        out _
                    )
                );
        }
    }

    [Fact]
    public void Empty_ids_are_rejected_and_the_destination_is_zeroed()
    {
        using DataKey key = TestKeys.Create();
        byte[] destination = new byte[200];
        TestKeys.AssertCode(CryptoErrorCodes.IdMissing, () =>
            FieldCipher.TryEncrypt(key, TestKeys.Name, Guid.Empty, "secret"u8, destination, out _)
        );
        TestKeys.AssertCode(CryptoErrorCodes.IdMissing, () =>
            FieldCipher.TryEncryptText(key, TestKeys.Body, Guid.Empty, "secret", destination, out _)
        );
        Assert.All(destination, b => Assert.Equal(0, b));
        TestKeys.AssertCode(CryptoErrorCodes.IdMissing, () => _ = new FieldHandle(Guid.Empty, "t", "c"));
        TestKeys.AssertCode(CryptoErrorCodes.IdMissing, () => KeySubject.Person(Guid.Empty));
    }
}
