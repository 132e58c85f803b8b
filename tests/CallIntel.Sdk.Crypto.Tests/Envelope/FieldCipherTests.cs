using System.Buffers;
using System.Text;
using CallIntel.Sdk.Crypto.Envelope;
using CallIntel.Sdk.Crypto.Keys;
using CsCheck;

namespace CallIntel.Sdk.Crypto.Tests.Envelope;

public class FieldCipherTests
{
    [Fact]
    public void Encrypted_bytes_decrypt_to_the_same_bytes()
    {
        using DataKey key = TestKeys.Create();
        FieldHandle[] fields =
        [
            TestKeys.Body,
            TestKeys.Name,
            new(TestKeys.Org, "contacts", "phone", FieldPadding.Bucket16),
        ];
        Gen.Select(Gen.Byte.Array[0, 600], Gen.Int[0, 2])
            .Sample(
                (plaintext, i) =>
                {
                    byte[] envelope = TestKeys.Encrypt(key, fields[i], plaintext);
                    return TestKeys.Decrypt(key, fields[i], envelope, out byte[] back) == DecryptResult.Ok
                        && back.AsSpan().SequenceEqual(plaintext);
                },
                iter: TestScale.Count(5_000, 100_000)
            );
    }

    [Theory]
    [InlineData(FieldPadding.None, 0, 63)]
    [InlineData(FieldPadding.None, 5, 68)]
    [InlineData(FieldPadding.Bucket16, 0, 63 + 16)]
    [InlineData(FieldPadding.Bucket16, 15, 63 + 16)]
    [InlineData(FieldPadding.Bucket16, 16, 63 + 32)]
    [InlineData(FieldPadding.Bucket32, 31, 63 + 32)]
    [InlineData(FieldPadding.Bucket32, 32, 63 + 64)]
    public void An_envelope_is_63_bytes_longer_than_its_padded_plaintext(FieldPadding padding, int length, int expected)
    {
        Assert.Equal(expected, EnvelopeFormat.GetLength(length, padding));
        using DataKey key = TestKeys.Create();
        Assert.Equal(
            expected,
            TestKeys.Encrypt(key, new FieldHandle(TestKeys.Org, "t", "c", padding), new byte[length]).Length
        );
        Assert.Equal(Math.Max(0, expected - 63), EnvelopeFormat.GetMaxPlaintextLength(expected));
    }

    [Fact]
    public void Impossible_envelope_lengths_are_rejected()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => EnvelopeFormat.GetLength(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => EnvelopeFormat.GetLength(int.MaxValue));
        Assert.Throws<ArgumentOutOfRangeException>(() =>
            EnvelopeFormat.GetLength(Array.MaxLength - 63, FieldPadding.Bucket16)
        );
        Assert.Equal(Array.MaxLength, EnvelopeFormat.GetLength(Array.MaxLength - 63));
        Assert.Equal(0, EnvelopeFormat.GetMaxPlaintextLength(62));
    }

    [Fact]
    public void The_empty_string_is_encrypted_and_decrypts_to_an_empty_string()
    {
        using DataKey key = TestKeys.Create();
        foreach (FieldHandle field in new[] { TestKeys.Body, TestKeys.Name })
        {
            byte[] envelope = TestKeys.Encrypt(key, field, []);
            Assert.Equal(DecryptResult.Ok, TestKeys.Decrypt(key, field, envelope, out byte[] back));
            Assert.Empty(back);
        }
    }

    [Fact]
    public void Encrypting_a_value_twice_gives_different_envelopes()
    {
        using DataKey key = TestKeys.Create();
        byte[][] envelopes = [.. Enumerable.Range(0, 300).Select(_ => TestKeys.Encrypt(key, TestKeys.Body, "same"u8))];
        Assert.Equal(300, envelopes.Select(e => Convert.ToHexString(e.AsSpan(35, 12))).Distinct().Count());
        Assert.Equal(300, envelopes.Select(e => Convert.ToHexString(e.AsSpan(47))).Distinct().Count());
    }

    [Theory]
    [InlineData("")]
    [InlineData("Grüße, 世界 👋")]
    [InlineData("plain")]
    [InlineData("👋")]
    [InlineData("a👋👋b")]
    public void Text_decrypts_unchanged(string text)
    {
        using DataKey key = TestKeys.Create();
        foreach (FieldHandle field in new[] { TestKeys.Body, TestKeys.Name })
        {
            byte[] destination = new byte[FieldCipher.GetEnvelopeLength(field, text)];
            Assert.Equal(
                EncryptResult.Ok,
                FieldCipher.TryEncryptText(key, field, TestKeys.Row, text, destination, out int written)
            );
            Assert.Equal(destination.Length, written);
            Assert.Equal(
                DecryptResult.Ok,
                FieldCipher.TryDecryptText(Lease(key), field, TestKeys.Row, destination, out string? back)
            );
            Assert.Equal(text, back);
            Assert.Equal(DecryptResult.Ok, TestKeys.Decrypt(key, field, destination, out byte[] bytes));
            Assert.Equal(Encoding.UTF8.GetBytes(text), bytes);
        }
    }

    [Fact]
    public void Long_text_decrypts_unchanged()
    {
        using DataKey key = TestKeys.Create();
        foreach (int length in new[] { 511, 512, 513, 70_000 })
        {
            string text = new('ä', length);
            byte[] destination = new byte[FieldCipher.GetEnvelopeLength(TestKeys.Body, text)];
            Assert.Equal(
                EncryptResult.Ok,
                FieldCipher.TryEncryptText(key, TestKeys.Body, TestKeys.Row, text, destination, out _)
            );
            Assert.Equal(
                DecryptResult.Ok,
                FieldCipher.TryDecryptText(Lease(key), TestKeys.Body, TestKeys.Row, destination, out string? back)
            );
            Assert.Equal(text, back);
        }
    }

    [Fact]
    public void A_lone_surrogate_is_rejected()
    {
        using DataKey key = TestKeys.Create();
        foreach (
            string text in new[]
            {
                "\ud83d",
                "a\ud83db",
                "\udc4b\ud83d",
                "👋\udc4b",
                "👋 ok \ud83d",
                "\ud83d\ud83d\udc4b",
                "\udfff",
                "\ud800",
            }
        )
        {
            byte[] destination = new byte[200];
            Assert.Equal(
                EncryptResult.InvalidText,
                FieldCipher.TryEncryptText(key, TestKeys.Body, TestKeys.Row, text, destination, out int written)
            );
            Assert.Equal(0, written);
            Assert.All(destination, b => Assert.Equal(0, b));
        }
    }

    [Fact]
    public void Plaintext_that_is_not_utf8_is_malformed_as_text()
    {
        using DataKey key = TestKeys.Create();
        byte[] envelope = TestKeys.Encrypt(key, TestKeys.Body, [0xC3, 0x28]);
        Assert.Equal(
            DecryptResult.Malformed,
            FieldCipher.TryDecryptText(Lease(key), TestKeys.Body, TestKeys.Row, envelope, out string? text)
        );
        Assert.Null(text);
    }

    [Fact]
    public void A_destination_that_is_too_small_is_rejected()
    {
        using DataKey key = TestKeys.Create();
        byte[] envelope = TestKeys.Encrypt(key, TestKeys.Body, new byte[10]);
        Assert.Throws<ArgumentException>(() =>
            FieldCipher.TryEncrypt(key, TestKeys.Body, TestKeys.Row, new byte[10], new byte[72], out _)
        );
        Assert.Throws<ArgumentException>(() =>
            FieldCipher.TryEncryptText(key, TestKeys.Body, TestKeys.Row, "0123456789", new byte[72], out _)
        );
        Assert.Throws<ArgumentException>(() =>
            FieldCipher.TryDecrypt(key, TestKeys.Body, TestKeys.Row, envelope, new byte[9], out _)
        );
    }

    [Fact]
    public void Bytes_of_a_larger_destination_are_left_unchanged()
    {
        using DataKey key = TestKeys.Create();
        byte[] destination = new byte[200];
        destination.AsSpan().Fill(0x55);
        Assert.Equal(
            EncryptResult.Ok,
            FieldCipher.TryEncrypt(key, TestKeys.Name, TestKeys.Row, "ab"u8, destination, out int written)
        );
        Assert.Equal(95, written);
        Assert.False(destination.AsSpan(written).ContainsAnyExcept((byte)0x55));

        byte[] plaintext = new byte[200];
        plaintext.AsSpan().Fill(0x55);
        Assert.Equal(
            DecryptResult.Ok,
            FieldCipher.TryDecrypt(
                key,
                TestKeys.Name,
                TestKeys.Row,
                destination.AsSpan(0, written),
                plaintext,
                out int length
            )
        );
        Assert.Equal(2, length);
        Assert.Equal("ab"u8.ToArray(), plaintext[..2]);
        Assert.False(plaintext.AsSpan(2, 30).ContainsAnyExcept((byte)0));
        Assert.False(plaintext.AsSpan(32).ContainsAnyExcept((byte)0x55));
    }

    [Fact]
    public void Without_a_key_or_uses_the_destination_is_zeroed()
    {
        DataKey spent = TestKeys.Create(uses: 1);
        TestKeys.Encrypt(spent, TestKeys.Body, "x"u8);
        DataKey gone = TestKeys.Create();
        gone.Dispose();
        gone.Dispose();
        foreach (
            (DataKey key, EncryptResult expected) in new[]
            {
                (spent, EncryptResult.AllowanceExhausted),
                (gone, EncryptResult.KeyUnavailable),
            }
        )
        {
            byte[] destination = new byte[200];
            Assert.Equal(
                expected,
                FieldCipher.TryEncryptText(
                    key,
                    TestKeys.Name,
                    TestKeys.Row,
                    "Erika Mustermann",
                    destination,
                    out int written
                )
            );
            Assert.Equal(0, written);
            Assert.All(destination, b => Assert.Equal(0, b));
            Assert.Equal(
                expected,
                FieldCipher.TryEncrypt(key, TestKeys.Name, TestKeys.Row, "Erika"u8, destination, out written)
            );
            Assert.Equal(0, written);
            Assert.All(destination, b => Assert.Equal(0, b));
        }

        Assert.Equal(0, spent.Allowance);
    }

    [Fact]
    public void A_disposed_key_decrypts_nothing()
    {
        DataKey key = TestKeys.Create();
        byte[] envelope = TestKeys.Encrypt(key, TestKeys.Body, "x"u8);
        key.Dispose();
        Assert.Equal(DecryptResult.UnknownKey, TestKeys.Decrypt(key, TestKeys.Body, envelope, out _));
    }

    [Fact]
    public void A_key_of_another_org_neither_encrypts_nor_decrypts()
    {
        using DataKey foreign = TestKeys.Create(TestKeys.OtherOrg);
        byte[] destination = new byte[200];
        TestKeys.AssertCode(CryptoErrorCodes.KeyOrgMismatch, () =>
            FieldCipher.TryEncryptText(foreign, TestKeys.Name, TestKeys.Row, "Erika", destination, out _)
        );
        Assert.All(destination, b => Assert.Equal(0, b));

        byte[] envelope = TestKeys.Encrypt(
            foreign,
            new FieldHandle(TestKeys.OtherOrg, "event_contents", "body"),
            "x"u8
        );
        Assert.Equal(DecryptResult.UnknownKey, TestKeys.Decrypt(foreign, TestKeys.Body, envelope, out _));
    }

    [Fact]
    public void The_status_of_a_lease_determines_the_result_of_decrypting_without_a_key()
    {
        using DataKey key = TestKeys.Create();
        byte[] envelope = TestKeys.Encrypt(key, TestKeys.Body, "x"u8);
        foreach (
            (KeyLookup status, DecryptResult expected) in new[]
            {
                (KeyLookup.CryptoShredded, DecryptResult.CryptoShredded),
                (KeyLookup.Unknown, DecryptResult.UnknownKey),
                (KeyLookup.NotCached, DecryptResult.UnknownKey),
                (KeyLookup.Damaged, DecryptResult.AuthenticationFailed),
            }
        )
        {
            var lease = new DataKeyRef(status, null);
            Assert.Equal(
                expected,
                FieldCipher.TryDecrypt(lease, TestKeys.Body, TestKeys.Row, envelope, new byte[9], out int written)
            );
            Assert.Equal(0, written);
            Assert.Equal(
                DecryptResult.Malformed,
                FieldCipher.TryDecrypt(lease, TestKeys.Body, TestKeys.Row, envelope.AsSpan(1), new byte[9], out _)
            );
            Assert.Throws<InvalidOperationException>(() => lease.Value);
        }
    }

    [Theory]
    [InlineData(0x00)]
    [InlineData(0x7F)]
    public void Authentic_but_invalid_padding_is_malformed(byte fill)
    {
        // Encrypted with the padded flag but without the marker. Only a holder of the key can create this envelope.
        using DataKey key = TestKeys.Create();
        byte[] envelope = new byte[63 + 32];
        EnvelopeSealer.WriteHeader(envelope, key.Id, padded: true);
        byte[] associatedData = new byte[EnvelopeFormat.AssociatedDataLength];
        EnvelopeSealer.WriteAssociatedData(associatedData, envelope, TestKeys.Name, TestKeys.Row);
        Assert.True(key.Cipher.TryRent(out var cipher));
        byte[] plaintext = new byte[32];
        plaintext.AsSpan().Fill(fill);
        EnvelopeSealer.Seal(cipher, envelope, plaintext, associatedData);
        key.Cipher.Return(cipher);
        Assert.Equal(DecryptResult.Malformed, TestKeys.Decrypt(key, TestKeys.Name, envelope, out _));
    }

    [Fact]
    public void An_unpadded_envelope_decrypts_after_padding_is_turned_on()
    {
        using DataKey key = TestKeys.Create();
        byte[] envelope = TestKeys.Encrypt(key, new FieldHandle(TestKeys.Org, "contacts", "display_name"), "old"u8);
        Assert.Equal(DecryptResult.Ok, TestKeys.Decrypt(key, TestKeys.Name, envelope, out byte[] back));
        Assert.Equal("old"u8.ToArray(), back);
    }

    [Fact]
    public void A_field_needs_names_and_a_valid_padding()
    {
        Assert.Throws<ArgumentException>(() => new FieldHandle(TestKeys.Org, string.Empty, "c"));
        Assert.Throws<ArgumentException>(() => new FieldHandle(TestKeys.Org, "t", string.Empty));
        Assert.Throws<ArgumentException>(() => new FieldHandle(TestKeys.Org, "t", "c", (FieldPadding)8));
        Assert.ThrowsAny<ArgumentException>(() => new FieldHandle(TestKeys.Org, "t\ud83d", "c"));
        Assert.Equal("contacts.display_name", TestKeys.Name.ToString());
    }

    static DataKeyRef Lease(DataKey key) => new(KeyLookup.Ready, key);
}
