using System.Security.Cryptography;
using CallIntel.Sdk.Crypto.Envelope;
using CallIntel.Sdk.Crypto.Keys;
using CsCheck;

namespace CallIntel.Sdk.Crypto.Tests.Envelope;

public class EnvelopeTamperTests
{
    [Fact]
    public void Every_flipped_bit_in_envelopes_of_up_to_256_bytes_is_rejected()
    {
        using DataKey key = TestKeys.Create();
        int step = TestScale.Mutation ? 64 : 1;
        for (int length = 0; length <= 256; length += step)
        {
            byte[] envelope = TestKeys.Encrypt(key, TestKeys.Body, RandomNumberGenerator.GetBytes(length));
            for (int bit = 0; bit < envelope.Length * 8; bit++)
            {
                envelope[bit / 8] ^= (byte)(1 << (bit % 8));
                DecryptResult result = TestKeys.Decrypt(key, TestKeys.Body, envelope, out _);
                envelope[bit / 8] ^= (byte)(1 << (bit % 8));
                DecryptResult expected = (bit / 8) switch
                {
                    // The padded flag is valid if the length is a multiple of the block size. Then the tag does not
                    // match.
                    2 when bit % 8 == 0 && length > 0 && length % 16 == 0 => DecryptResult.AuthenticationFailed,
                    < 3 => DecryptResult.Malformed,
                    < 35 => DecryptResult.UnknownKey,
                    _ => DecryptResult.AuthenticationFailed,
                };
                Assert.Equal(expected, result);
            }
        }
    }

    [Fact]
    public void Every_truncation_and_extension_is_rejected()
    {
        using DataKey key = TestKeys.Create();
        int step = TestScale.Mutation ? 64 : 1;
        foreach (FieldHandle field in new[] { TestKeys.Body, TestKeys.Name })
        {
            for (int length = 0; length <= 256; length += step)
            {
                byte[] envelope = TestKeys.Encrypt(key, field, RandomNumberGenerator.GetBytes(length));
                for (int cut = 0; cut < envelope.Length; cut++)
                    Assert.NotEqual(DecryptResult.Ok, TestKeys.Decrypt(key, field, envelope.AsSpan(0, cut), out _));

                foreach (int more in new[] { 1, 15, 16, 17, 32, 64 })
                    Assert.NotEqual(
                        DecryptResult.Ok,
                        TestKeys.Decrypt(key, field, (byte[])[.. envelope, .. new byte[more]], out _)
                    );

                Assert.NotEqual(DecryptResult.Ok, TestKeys.Decrypt(key, field, envelope.AsSpan(1), out _));
                Assert.Equal(DecryptResult.Ok, TestKeys.Decrypt(key, field, envelope, out _));
            }
        }
    }

    [Fact]
    public void Random_bytes_are_rejected_without_an_exception()
    {
        using DataKey key = TestKeys.Create();
        var random = new Random(20261122);
        byte[] buffer = new byte[300];
        byte[] header = new byte[35];
        EnvelopeSealer.WriteHeader(header, key.Id, padded: false);
        int count = TestScale.Count(1_000_000, 10_000_000);
        for (int i = 0; i < count; i++)
        {
            Span<byte> input = buffer.AsSpan(0, random.Next(buffer.Length));
            random.NextBytes(input);

            // Two of three inputs start like an envelope, and one of thirty also has the key id.
            if (i % 3 > 0 && input.Length >= 3)
                header.AsSpan(0, 3).CopyTo(input);

            if (i % 30 == 2 && input.Length >= 35)
                header.CopyTo(input);

            Assert.NotEqual(DecryptResult.Ok, TestKeys.Decrypt(key, TestKeys.Body, input, out _));
        }
    }

    [Fact]
    public void An_envelope_decrypts_only_for_its_own_org_table_column_and_row()
    {
        using DataKey key = TestKeys.Create();
        using DataKey otherKey = TestKeys.Create();
        using DataKey otherOrgsKey = TestKeys.Create(TestKeys.OtherOrg);
        string[] names = ["a", "b", "ab", "contacts", "body", "a\0", "contactsbody"];
        var place = Gen.Select(
            Gen.Int[0, 1],
            Gen.Int[0, names.Length - 1],
            Gen.Int[0, names.Length - 1],
            Gen.Int[0, 3],
            Gen.Int[0, 1]
        );
        int swaps = 0;
        Gen.Select(place, place, Gen.Byte.Array[0, 64], Gen.Bool)
            .Sample(
                (from, to, plaintext, padded) =>
                {
                    FieldPadding padding = padded ? FieldPadding.Bucket16 : FieldPadding.None;
                    DataKey Key((int Org, int Table, int Column, int Row, int Key) at) =>
                        at.Org == 1 ? otherOrgsKey
                        : at.Key == 1 ? otherKey
                        : key;
                    FieldHandle Field((int Org, int Table, int Column, int Row, int Key) at) =>
                        new(at.Org == 1 ? TestKeys.OtherOrg : TestKeys.Org, names[at.Table], names[at.Column], padding);
                    Guid Row((int Org, int Table, int Column, int Row, int Key) at) =>
                        new(at.Row, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1);

                    byte[] envelope = TestKeys.Encrypt(Key(from), Field(from), plaintext, Row(from));
                    DecryptResult result = TestKeys.Decrypt(Key(to), Field(to), envelope, out _, Row(to));
                    bool same =
                        ReferenceEquals(Key(from), Key(to))
                        && (from.Item1, from.Item2, from.Item3, from.Item4) == (to.Item1, to.Item2, to.Item3, to.Item4);
                    if (same)
                        return result == DecryptResult.Ok;

                    Interlocked.Increment(ref swaps);
                    if (!ReferenceEquals(Key(from), Key(to)))
                    {
                        // Replacing the key id by that of the other key must fail as well.
                        if (result != DecryptResult.UnknownKey)
                            return false;

                        EnvelopeSealer.WriteHeader(envelope, Key(to).Id, padded);
                        result = TestKeys.Decrypt(Key(to), Field(to), envelope, out _, Row(to));
                    }

                    return result == DecryptResult.AuthenticationFailed;
                },
                iter: TestScale.Count(20_000, 200_000)
            );
        Assert.True(TestScale.Mutation || swaps >= 10_000);
    }

    [Fact]
    public void Other_versions_suites_and_flags_are_malformed()
    {
        using DataKey key = TestKeys.Create();
        foreach (FieldHandle field in new[] { TestKeys.Body, TestKeys.Name })
        {
            byte[] envelope = TestKeys.Encrypt(key, field, new byte[16]);
            for (int position = 0; position < 3; position++)
            {
                byte original = envelope[position];
                for (int value = 0; value < 256; value++)
                {
                    if (value == original)
                        continue;

                    envelope[position] = (byte)value;
                    DecryptResult result = TestKeys.Decrypt(key, field, envelope, out _);
                    bool otherFlag = position == 2 && value <= EnvelopeFormat.PaddedFlag;
                    Assert.Equal(otherFlag ? DecryptResult.AuthenticationFailed : DecryptResult.Malformed, result);
                    Assert.Equal(otherFlag, EnvelopeFormat.TryReadKeyId(envelope, out KeyId id));
                    Assert.Equal(otherFlag ? key.Id : default, id);
                }

                envelope[position] = original;
            }
        }
    }
}
