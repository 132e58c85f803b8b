using System.Security.Cryptography;
using CallIntel.Sdk.Crypto.BlindIndex;
using CallIntel.Sdk.Crypto.Keys;

namespace CallIntel.Sdk.Crypto.Tests.Keys;

public sealed class SignatureKeyTests : IDisposable
{
    readonly string _file = Path.Combine(
        Directory.CreateTempSubdirectory("callintel-signature-").FullName,
        "ring.json"
    );
    readonly KeyRingFileProvider _root;
    readonly MemoryKeyStore _store = new();
    readonly OrgKeyRing _orgKeys;

    public SignatureKeyTests()
    {
        _root = KeyRingFileProvider.Create(_file, KeyRingProtection.FileModeOnly);
        _orgKeys = new OrgKeyRing(_root, _store);
    }

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_signature_is_verified_by_the_exported_public_key_alone()
    {
        using OrgSignatureKey key = await GetAsync("test");
        byte[] signature = key.Sign("signed"u8);
        Assert.Equal(64, signature.Length);
        Assert.True(key.Verify("signed"u8, signature));
        using var verifier = ECDsa.Create();
        verifier.ImportSubjectPublicKeyInfo(key.ExportPublicKey(), out _);
        Assert.True(verifier.VerifyData("signed"u8, signature, HashAlgorithmName.SHA256));
        Assert.False(verifier.VerifyData("Signed"u8, signature, HashAlgorithmName.SHA256));
    }

    [Fact]
    public async Task The_key_pair_is_the_same_on_every_call_and_differs_by_use_and_version()
    {
        using OrgSignatureKey first = await GetAsync("test"),
            again = await GetAsync("test"),
            other = await GetAsync("other");
        Assert.Equal(first.ExportPublicKey(), again.ExportPublicKey());
        Assert.NotEqual(first.ExportPublicKey(), other.ExportPublicKey());

        byte[] signature = first.Sign("signed"u8);
        await _orgKeys.RotateAsync(TestKeys.Org, OrgKeyKind.Signature, Cancellation);
        using OrgSignatureKey rotated = await GetAsync("test"),
            former = await GetAsync("test", version: 1);
        Assert.Equal((2, 1), (rotated.Version, former.Version));
        Assert.False(rotated.Verify("signed"u8, signature));
        Assert.True(former.Verify("signed"u8, signature));
    }

    [Fact]
    public async Task A_use_that_is_empty_too_long_or_not_ascii_is_refused()
    {
        foreach (string use in new[] { "", new string('a', 65), "ø" })
            await Assert.ThrowsAsync<ArgumentException>(() => GetAsync(use));
        Assert.Empty(_store.OrgKeys);
    }

    [Fact]
    public async Task The_suppression_key_is_created_on_request_is_never_rotated_and_is_not_the_blind_index()
    {
        Assert.Null(await _orgKeys.GetSuppressionKeyAsync(TestKeys.Org, create: false, Cancellation));
        Assert.Empty(_store.OrgKeys);
        using BlindIndexKey? created = await _orgKeys.GetSuppressionKeyAsync(TestKeys.Org, create: true, Cancellation),
            found = await _orgKeys.GetSuppressionKeyAsync(TestKeys.Org, create: false, Cancellation);
        using BlindIndexKeys index = await _orgKeys.GetBlindIndexKeysAsync(TestKeys.Org, "number", Cancellation);
        Guid digest = created!.Compute(BlindIndexKind.PhoneE164, "+4520123456");
        Assert.Equal(digest, found!.Compute(BlindIndexKind.PhoneE164, "+4520123456"));
        Assert.NotEqual(digest, index.Active.Compute(BlindIndexKind.PhoneE164, "+4520123456"));
        await Assert.ThrowsAsync<ArgumentException>(async () =>
            await _orgKeys.RotateAsync(TestKeys.Org, OrgKeyKind.Suppression, Cancellation)
        );
    }

    public void Dispose()
    {
        _orgKeys.Dispose();
        _root.Dispose();
        Directory.Delete(Path.GetDirectoryName(_file)!, recursive: true);
    }

    async Task<OrgSignatureKey> GetAsync(string use, int? version = null) =>
        await _orgKeys.GetSignatureKeyAsync(TestKeys.Org, use, version, Cancellation);
}
