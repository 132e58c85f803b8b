using System.Security.Cryptography;
using CallIntel.Sdk.Crypto.Envelope;
using CallIntel.Sdk.Crypto.Keys;

namespace CallIntel.Sdk.Crypto.Tests;

/// <summary>Fixed orgs, rows and fields, and keys with uses.</summary>
static class TestKeys
{
    internal const string RootText = "6fd4b0a1c2d3e4f5061728394a5b6c7d8e9fa0b1c2d3e4f5061728394a5b6c7d";
    internal const string OtherRootText = "b76fd40a1c2d3e4f5061728394a5b6c7d8e9fa0b1c2d3e4f5061728394a5b6c7";
    internal static readonly Guid Org = new("0192f5a0-0000-7000-8000-000000000001");
    internal static readonly Guid OtherOrg = new("0192f5a0-0000-7000-8000-000000000002");
    internal static readonly Guid Row = new("0192f5a0-0000-7000-8000-00000000000a");
    internal static readonly KeySubject Person = KeySubject.Person(new Guid("0192f5a0-0000-7000-8000-0000000000bb"));
    internal static readonly FieldHandle Body = new(Org, "event_contents", "body");
    internal static readonly FieldHandle Name = new(Org, "contacts", "display_name", FieldPadding.Bucket32);

    internal static DataKey Create(Guid? org = null, ReadOnlySpan<byte> material = default, long uses = 1 << 28)
    {
        ReadOnlySpan<byte> bytes = material.IsEmpty ? RandomNumberGenerator.GetBytes(32) : material;
        var key = new DataKey(org ?? Org, Person, bytes);
        key.AddGrant(uses);
        return key;
    }

    internal static byte[] Encrypt(DataKey key, FieldHandle field, ReadOnlySpan<byte> plaintext, Guid? row = null)
    {
        byte[] envelope = new byte[EnvelopeFormat.GetLength(plaintext.Length, field.Padding)];
        Assert.Equal(
            EncryptResult.Ok,
            FieldCipher.TryEncrypt(key, field, row ?? Row, plaintext, envelope, out int written)
        );
        Assert.Equal(envelope.Length, written);
        return envelope;
    }

    internal static DecryptResult Decrypt(
        DataKey key,
        FieldHandle field,
        ReadOnlySpan<byte> envelope,
        out byte[] plaintext,
        Guid? row = null
    )
    {
        byte[] buffer = new byte[EnvelopeFormat.GetMaxPlaintextLength(envelope.Length)];
        DecryptResult result = FieldCipher.TryDecrypt(key, field, row ?? Row, envelope, buffer, out int written);
        plaintext = buffer[..written];
        if (result != DecryptResult.Ok)
        {
            Assert.Equal(0, written);
            Assert.False(buffer.AsSpan().ContainsAnyExcept((byte)0));
        }

        return result;
    }

    internal static CallIntelException AssertCode(string code, Action action)
    {
        CallIntelException e = Assert.Throws<CallIntelException>(action);
        Assert.Equal(code, e.Code);
        return e;
    }

    internal static async Task<CallIntelException> AssertCodeAsync(string code, Func<Task> action)
    {
        CallIntelException e = await Assert.ThrowsAsync<CallIntelException>(action);
        Assert.Equal(code, e.Code);
        return e;
    }

    internal static async Task<byte[]> UnwrapAsync(
        IRootKeyProvider provider,
        RootKeyContext context,
        RootWrappedKey wrapped
    )
    {
        byte[] key = new byte[32];
        await provider.UnwrapAsync(context, wrapped, key);
        return key;
    }
}
