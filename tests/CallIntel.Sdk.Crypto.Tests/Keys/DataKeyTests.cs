using System.Security.Cryptography;
using System.Text;
using CallIntel.Sdk.Crypto.Keys;
using CallIntel.Sdk.Crypto.Primitives;

namespace CallIntel.Sdk.Crypto.Tests.Keys;

public class DataKeyTests
{
    [Fact]
    public void The_id_of_a_scope_ends_with_its_bucket()
    {
        KeySubject scope = KeySubject.Scope("contents", 0x01020304);
        Assert.Equal(new Guid("00000000-0000-0000-0000-000001020304"), scope.Id);
        Assert.Equal("scope/contents", scope.Purpose.Value);
    }

    [Fact]
    public void A_key_id_is_the_hmac_of_label_org_and_purpose_under_the_key()
    {
        byte[] material = RandomNumberGenerator.GetBytes(32);
        byte[] message = [.. "ci/kid/v1"u8, .. TestKeys.Org.ToByteArray(bigEndian: true), .. "scope/rejects"u8];
        using var key = new DataKey(TestKeys.Org, KeySubject.Scope("rejects"), material);
        Assert.Equal(HMACSHA256.HashData(material, message), key.Id.ToArray());
        Assert.NotEqual(key.Id, DataKey.ComputeId(material, TestKeys.OtherOrg, key.Purpose));
        Assert.NotEqual(key.Id, DataKey.ComputeId(material, TestKeys.Org, KeyPurpose.Person));
    }

    [Fact]
    public void Generated_keys_differ_and_have_no_uses()
    {
        using DataKey one = DataKey.Generate(TestKeys.Org, TestKeys.Person);
        using DataKey two = DataKey.Generate(TestKeys.Org, TestKeys.Person);
        Assert.NotEqual(one.Id, two.Id);
        Assert.Equal(0, one.Allowance);
        Assert.Equal($"DataKey person {one.Id}", one.ToString());
    }

    [Fact]
    public void A_disposed_key_is_zeroed_when_the_last_running_call_ends()
    {
        DataKey key = TestKeys.Create();
        ReadOnlyMemory<byte> bytes = key.Cipher.Memory;
        Assert.True(key.Cipher.TryRent(out AesGcm? cipher));
        key.Dispose();
        Assert.True(bytes.Span.ContainsAnyExcept((byte)0));
        key.Cipher.Return(cipher);
        Assert.False(bytes.Span.ContainsAnyExcept((byte)0));
        Assert.False(key.Cipher.TryRent(out _));
        Assert.Throws<ObjectDisposedException>(() =>
            cipher.Encrypt(new byte[12], new byte[1], new byte[1], new byte[16])
        );
    }

    [Fact]
    public void Pooled_ciphers_are_limited_and_disposed_with_the_key()
    {
        DataKey key = TestKeys.Create();
        List<AesGcm> rented = Rent(key, KeyedCipher.MaxPooled + 3);
        Assert.Equal(rented.Count, rented.Distinct().Count());
        rented.ForEach(key.Cipher.Return);
        List<AesGcm> again = Rent(key, KeyedCipher.MaxPooled);
        Assert.All(again, c => Assert.Contains(c, rented));
        Assert.Equal(again.Count, again.Distinct().Count());
        AesGcm beyond = Rent(key, 1)[0];
        Assert.DoesNotContain(beyond, rented);
        again.ForEach(key.Cipher.Return);
        key.Cipher.Return(beyond);
        Assert.Equal(2 * Environment.ProcessorCount, KeyedCipher.MaxPooled);
        key.Dispose();
        Assert.All(rented, c =>
            Assert.Throws<ObjectDisposedException>(() =>
                c.Encrypt(new byte[12], new byte[1], new byte[1], new byte[16])
            )
        );
    }

    [Fact]
    public void Key_material_has_32_bytes()
    {
        Assert.Throws<ArgumentException>(() => new SecretKey(new byte[31]));
        Assert.Throws<ArgumentException>(() => new SecretKey(new byte[33]));
        using SecretKey random = SecretKey.Generate();
        Assert.True(random.Bytes.ContainsAnyExcept((byte)0));
    }

    [Fact]
    public void Key_ids_compare_as_bytes_and_print_as_hexadecimal()
    {
        byte[] low = new byte[32];
        byte[] high = new byte[32];
        low[31] = 0xFF;
        high[0] = 0x01;
        KeyId one = new(low);
        KeyId two = new(high);
        Assert.True(one < two && one <= two && two > one && two >= one && one != two && !(one == two));
        KeyId same = new(low);
        Assert.True(
            one == same
                && one <= same
                && one >= same
                && !(one < same)
                && !(one > same)
                && one.Equals((object)same)
                && !one.Equals("x")
        );
        Assert.Equal(one.GetHashCode(), same.GetHashCode());
        Assert.Equal(new string('0', 62) + "ff", one.ToString());
        Assert.True(one.FixedTimeEquals(low));
        Assert.False(one.FixedTimeEquals(high));
        Assert.False(one.FixedTimeEquals(low.AsSpan(1)));
        Assert.Throws<ArgumentException>(() => new KeyId(new byte[31]));
        for (int i = 0; i < 32; i++)
        {
            byte[] other = (byte[])low.Clone();
            other[i] ^= 1;
            Assert.False(one.Equals(new KeyId(other)));
            Assert.NotEqual(one.GetHashCode(), new KeyId(other).GetHashCode());
        }
    }

    [Fact]
    public void Purposes_are_short_lower_case_names_and_each_has_a_cap()
    {
        Assert.Equal("person", KeyPurpose.Person.Value);
        Assert.Equal(1L << 32, KeyPurpose.Person.UsageCap);
        Assert.Equal("scope/a-b_c.9/d", KeyPurpose.Scope("a-b_c.9/d").ToString());
        Assert.Equal(1L << 28, KeyPurpose.Scope("x").UsageCap);
        Assert.Equal(KeyPurpose.Person, KeyPurpose.Parse("person"));
        Assert.Equal(64, KeyPurpose.Parse(new string('a', 64)).Value.Length);
        Assert.Equal(string.Empty, default(KeyPurpose).ToString());
        Assert.Throws<InvalidOperationException>(() => default(KeyPurpose).Value);
        foreach (string bad in new[] { "", "A", "a b", "ä", new string('a', 65) })
            Assert.ThrowsAny<ArgumentException>(() => KeyPurpose.Parse(bad));

        Assert.ThrowsAny<ArgumentException>(() => KeyPurpose.Scope(""));
    }

    [Fact]
    public void A_subject_is_a_person_or_a_scope_with_a_bucket()
    {
        Assert.Equal(new KeySubject(KeyPurpose.Person, TestKeys.Row), KeySubject.Person(TestKeys.Row));
        Assert.Equal(new Guid("00000000-0000-0000-0000-000000031782"), KeySubject.Scope("rejects", 202626).Id);
        Assert.NotEqual(KeySubject.Scope("rejects", 1), KeySubject.Scope("rejects"));
        Assert.Throws<ArgumentOutOfRangeException>(() => KeySubject.Scope("rejects", -1));
    }

    [Fact]
    public void A_grant_below_zero_or_above_the_cap_is_rejected()
    {
        using var key = new DataKey(TestKeys.Org, KeySubject.Scope("x"), new byte[32]);
        TestKeys.AssertCode(CryptoErrorCodes.KeyStoreContractBroken, () => key.AddGrant(-1));
        key.AddGrant(1 << 28);
        Assert.Equal(1 << 28, key.Allowance);
        TestKeys.AssertCode(CryptoErrorCodes.KeyStoreContractBroken, () => key.AddGrant(1));
        Assert.Equal(1 << 28, key.Allowance);
    }

    [Fact]
    public void Printed_keys_do_not_contain_key_material()
    {
        byte[] material = Enumerable.Repeat((byte)0xAB, 32).ToArray();
        using var key = new DataKey(TestKeys.Org, TestKeys.Person, material);
        using var kek = new OrgKek(TestKeys.Org, 3, new KeyedCipher(material));
        string text =
            $"{key} {kek} {key.Cipher} {new DataKeyRecord(key.Id, key.Subject, 1, KeyState.Active, material)}";
        Assert.DoesNotContain("abab", text, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(Convert.ToBase64String(material)[..8], text, StringComparison.Ordinal);
        Assert.Contains("epoch 3", text, StringComparison.Ordinal);
        Assert.Equal(64, Encoding.ASCII.GetByteCount(key.Id.ToString()));
    }

    [Fact]
    public void The_id_commits_to_a_purpose_of_maximum_length()
    {
        byte[] material = RandomNumberGenerator.GetBytes(32);
        KeyPurpose longest = KeyPurpose.Parse(new string('p', KeyPurpose.MaxLength));
        byte[] message =
        [
            .. "ci/kid/v1"u8,
            .. TestKeys.Org.ToByteArray(bigEndian: true),
            .. Encoding.ASCII.GetBytes(longest.Value),
        ];
        Assert.Equal(
            HMACSHA256.HashData(material, message),
            DataKey.ComputeId(material, TestKeys.Org, longest).ToArray()
        );
    }

    [Fact]
    public void A_key_without_holders_cannot_be_held_again_while_a_call_still_uses_it()
    {
        DataKey key = TestKeys.Create();
        Assert.True(key.TryHold());
        Assert.True(key.Cipher.TryRent(out AesGcm? running));
        key.Unhold();
        Assert.True(key.IsHeld);
        key.Unhold();
        Assert.False(key.IsHeld);
        Assert.False(key.Cipher.IsZeroed);
        Assert.False(key.TryHold());
        Assert.False(key.IsHeld);
        key.Cipher.Return(running);
        Assert.True(key.Cipher.IsZeroed);
    }

    [Fact]
    public void A_zeroed_key_cannot_be_held_again()
    {
        DataKey key = TestKeys.Create();
        key.Dispose();
        Assert.True(key.IsHeld);
        Assert.False(key.TryHold());
    }

    [Fact]
    public void A_key_reference_prints_its_status_and_key_and_reports_its_uses()
    {
        using DataKey key = TestKeys.Create(uses: 3);
        var ready = new DataKeyRef(KeyLookup.Ready, key);
        Assert.Equal($"Ready DataKey person {key.Id}", ready.ToString());
        Assert.Equal("CryptoShredded", new DataKeyRef(KeyLookup.CryptoShredded, null).ToString());
        Assert.Equal("NotCached", default(DataKeyRef).ToString());
        Assert.Equal((3, 0), (ready.Allowance, default(DataKeyRef).Allowance));
        Assert.Equal((key.Id, key.Subject), (ready.Id, ready.Subject));
        Assert.Throws<InvalidOperationException>(() => default(DataKeyRef).Id);
        Assert.Throws<InvalidOperationException>(() => default(DataKeyRef).Subject);
    }

    static List<AesGcm> Rent(DataKey key, int count) =>
        [
            .. Enumerable
                .Range(0, count)
                .Select(_ =>
                {
                    Assert.True(key.Cipher.TryRent(out AesGcm? cipher));
                    return cipher;
                }),
        ];
}
