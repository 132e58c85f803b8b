using System.Security.Cryptography;
using System.Text;
using CallIntel.Sdk.Crypto.BlindIndex;

namespace CallIntel.Sdk.Crypto.Tests.BlindIndex;

public class BlindIndexKeyTests
{
    static readonly byte[] Root = Enumerable.Range(0, 32).Select(i => (byte)i).ToArray();

    [Fact]
    public void An_index_is_the_truncated_hmac_of_kind_and_value_under_the_derived_key()
    {
        byte[] derived = HKDF.DeriveKey(
            HashAlgorithmName.SHA256,
            Root,
            32,
            info: (byte[])[.. "ci/bidx/v1"u8, .. "phone"u8, 0, 0, 0, 3]
        );
        byte[] mac = HMACSHA256.HashData(derived, (byte[])[1, .. "+14155550123"u8]);
        using BlindIndexKey key = BlindIndexKey.Derive(Root, TestKeys.Org, "phone", 3);
        Assert.Equal(
            new Guid(mac.AsSpan(0, 16), bigEndian: true),
            key.Compute(BlindIndexKind.PhoneE164, "+14155550123"u8)
        );
        Assert.Equal(
            new Guid(mac.AsSpan(0, 16), bigEndian: true),
            key.Compute(BlindIndexKind.PhoneE164, "+14155550123")
        );
        Assert.Equal("BlindIndexKey phone v3", key.ToString());
        Assert.Equal((TestKeys.Org, "phone", 3), (key.OrgId, key.Domain, key.Version));
    }

    [Fact]
    public void Domain_version_root_and_kind_all_change_the_index()
    {
        using BlindIndexKey key = BlindIndexKey.Derive(Root, TestKeys.Org, "phone", 1);
        using BlindIndexKey domain = BlindIndexKey.Derive(Root, TestKeys.Org, "email", 1);
        using BlindIndexKey version = BlindIndexKey.Derive(Root, TestKeys.Org, "phone", 2);
        using BlindIndexKey root = BlindIndexKey.Derive(new byte[32], TestKeys.Org, "phone", 1);
        Guid[] indexes =
        [
            key.Compute(BlindIndexKind.ShortCode, "12345"u8),
            key.Compute(BlindIndexKind.OpaqueId, "12345"u8),
            domain.Compute(BlindIndexKind.ShortCode, "12345"u8),
            version.Compute(BlindIndexKind.ShortCode, "12345"u8),
            root.Compute(BlindIndexKind.ShortCode, "12345"u8),
        ];
        Assert.Equal(indexes.Length, indexes.Distinct().Count());
        Assert.Equal(indexes[0], key.Compute(BlindIndexKind.ShortCode, "12345"u8));
    }

    [Theory]
    [InlineData(BlindIndexKind.PhoneE164, "+14155550123", true)]
    [InlineData(BlindIndexKind.PhoneE164, "+1234567", true)]
    [InlineData(BlindIndexKind.PhoneE164, "+123456789012345", true)]
    [InlineData(BlindIndexKind.PhoneE164, "+123456", false)]
    [InlineData(BlindIndexKind.PhoneE164, "+1234567890123456", false)]
    [InlineData(BlindIndexKind.PhoneE164, "+04155550123", false)]
    [InlineData(BlindIndexKind.PhoneE164, "14155550123", false)]
    [InlineData(BlindIndexKind.PhoneE164, "+1 4155550123", false)]
    [InlineData(BlindIndexKind.PhoneE164, "+1415555012/", false)]
    [InlineData(BlindIndexKind.PhoneE164, "+1415555012:", false)]
    [InlineData(BlindIndexKind.PhoneE164, "", false)]
    [InlineData(BlindIndexKind.ShortCode, "12", true)]
    [InlineData(BlindIndexKind.ShortCode, "12345678", true)]
    [InlineData(BlindIndexKind.ShortCode, "1", false)]
    [InlineData(BlindIndexKind.ShortCode, "123456789", false)]
    [InlineData(BlindIndexKind.ShortCode, "12a", false)]
    [InlineData(BlindIndexKind.ShortCode, "DK:1204", true)]
    [InlineData(BlindIndexKind.ShortCode, "AZ:12", true)]
    [InlineData(BlindIndexKind.ShortCode, "DK:1", false)]
    [InlineData(BlindIndexKind.ShortCode, "DK:", false)]
    [InlineData(BlindIndexKind.ShortCode, "dk:1204", false)]
    [InlineData(BlindIndexKind.ShortCode, "D1:1204", false)]
    [InlineData(BlindIndexKind.ShortCode, "1204:56", false)]
    [InlineData(BlindIndexKind.ShortCode, "DK-1204", false)]
    [InlineData(BlindIndexKind.AlphanumericSender, "ACME BANK", true)]
    [InlineData(BlindIndexKind.AlphanumericSender, "A", true)]
    [InlineData(BlindIndexKind.AlphanumericSender, "~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~", true)]
    [InlineData(BlindIndexKind.AlphanumericSender, "~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~", false)]
    [InlineData(BlindIndexKind.AlphanumericSender, "12345", false)]
    [InlineData(BlindIndexKind.AlphanumericSender, "ACMÉ", false)]
    [InlineData(BlindIndexKind.AlphanumericSender, "A\u001f", false)]
    [InlineData(BlindIndexKind.AlphanumericSender, "A\u007f", false)]
    [InlineData(BlindIndexKind.AlphanumericSender, "", false)]
    [InlineData(BlindIndexKind.OpaqueId, "é anything", true)]
    [InlineData(BlindIndexKind.OpaqueId, "", false)]
    [InlineData((BlindIndexKind)0, "12345", false)]
    [InlineData((BlindIndexKind)5, "12345", false)]
    public void Only_normalised_values_can_be_indexed(BlindIndexKind kind, string value, bool expected)
    {
        byte[] utf8 = Encoding.UTF8.GetBytes(value);
        Assert.Equal(expected, BlindIndexValue.IsNormalised(kind, utf8));
        using BlindIndexKey key = BlindIndexKey.Derive(Root, TestKeys.Org, "phone", 1);
        if (expected)
        {
            Assert.Equal(key.Compute(kind, utf8), key.Compute(kind, value));
            return;
        }

        ArgumentException e = Assert.Throws<ArgumentException>(() => key.Compute(kind, utf8));
        Assert.True(value.Length < 5 || !e.Message.Contains(value, StringComparison.Ordinal));
    }

    [Fact]
    public void Values_have_at_most_512_bytes()
    {
        using BlindIndexKey key = BlindIndexKey.Derive(Root, TestKeys.Org, "phone", 1);
        key.Compute(BlindIndexKind.OpaqueId, new byte[512]);
        Assert.Throws<ArgumentException>(() => key.Compute(BlindIndexKind.OpaqueId, new byte[513]));
        Assert.Contains(
            "512",
            Assert.Throws<ArgumentException>(() => key.Compute(BlindIndexKind.OpaqueId, new string('a', 513))).Message,
            StringComparison.Ordinal
        );
        Assert.ThrowsAny<ArgumentException>(() => key.Compute(BlindIndexKind.OpaqueId, "\ud83d"));
    }

    [Fact]
    public void A_blind_index_key_needs_a_valid_root_domain_and_version_and_stops_working_when_disposed()
    {
        Assert.Throws<ArgumentException>(() => BlindIndexKey.Derive(new byte[31], TestKeys.Org, "phone", 1));
        Assert.ThrowsAny<ArgumentException>(() => BlindIndexKey.Derive(Root, TestKeys.Org, "", 1));
        Assert.Throws<ArgumentException>(() => BlindIndexKey.Derive(Root, TestKeys.Org, new string('a', 65), 1));
        Assert.Throws<ArgumentException>(() => BlindIndexKey.Derive(Root, TestKeys.Org, "ü", 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => BlindIndexKey.Derive(Root, TestKeys.Org, "phone", 0));
        BlindIndexKey key = BlindIndexKey.Derive(Root, TestKeys.Org, new string('a', 64), 1);
        key.Dispose();
        Assert.Throws<ObjectDisposedException>(() => key.Compute(BlindIndexKind.OpaqueId, new byte[1]));
    }
}
