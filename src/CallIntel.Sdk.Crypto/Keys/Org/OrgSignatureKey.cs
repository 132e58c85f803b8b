using System.Security.Cryptography;

namespace CallIntel.Sdk.Crypto.Keys;

/// <summary>A key pair of an org that signs for one use.</summary>
/// <remarks>Not thread-safe. Dispose it after use.</remarks>
public sealed class OrgSignatureKey : IDisposable
{
    readonly ECDsa _key;

    internal OrgSignatureKey(int version, ECDsa key) => (Version, _key) = (version, key);

    /// <summary>Gets the version of the org key that the pair is derived from.</summary>
    public int Version { get; }

    /// <summary>Signs data with ECDSA on P-256 and SHA-256.</summary>
    /// <param name="data">The data.</param>
    /// <returns>The signature: r and s with 32 bytes each, as in JWS (ES256).</returns>
    public byte[] Sign(ReadOnlySpan<byte> data) =>
        _key.SignData(data, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);

    /// <summary>Returns whether a signature is one of this key.</summary>
    /// <param name="data">The data.</param>
    /// <param name="signature">The signature, in the form that <see cref="Sign"/> returns.</param>
    public bool Verify(ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature) =>
        _key.VerifyData(data, signature, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);

    /// <summary>Returns the public key, to verify signatures without the keys of the org.</summary>
    /// <returns>The key as DER-encoded SubjectPublicKeyInfo.</returns>
    public byte[] ExportPublicKey() => _key.ExportSubjectPublicKeyInfo();

    /// <summary>Releases the private key.</summary>
    public void Dispose() => _key.Dispose();
}
