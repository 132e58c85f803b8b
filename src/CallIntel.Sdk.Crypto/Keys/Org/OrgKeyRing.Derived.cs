using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using CallIntel.Sdk.Crypto.Primitives;

namespace CallIntel.Sdk.Crypto.Keys;

public sealed partial class OrgKeyRing
{
    /// <summary>The order of P-256, less one.</summary>
    static readonly BigInteger LastScalar = new(
        Convert.FromHexString("FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632550"),
        isUnsigned: true,
        isBigEndian: true
    );

    /// <summary>
    /// Returns a key pair that signs for one use: ECDSA on P-256, derived from the org's signature key and the name of
    /// the use. Creates the org key if there is none.
    /// </summary>
    /// <param name="orgId">The org.</param>
    /// <param name="use">What is signed, for example <c>erasure-certificate</c>: 1 to 64 ASCII characters.</param>
    /// <param name="version">The version of the org key, to verify what it signed. Default: the active version.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The key pair, the same on every call. The caller disposes it. Not thread-safe.</returns>
    /// <exception cref="ArgumentException">The use is empty, too long or not ASCII.</exception>
    /// <exception cref="CallIntelException">
    /// <see cref="CryptoErrorCodes.OrgKeyMissing"/>: the org has no such version. Or the store or the provider failed.
    /// </exception>
    public async ValueTask<OrgSignatureKey> GetSignatureKeyAsync(
        Guid orgId,
        string use,
        int? version = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentException.ThrowIfNullOrEmpty(use);
        if (use.Length > 64 || !Ascii.IsValid(use))
            throw new ArgumentException("A use has to have 1 to 64 ASCII characters.", nameof(use));

        (OrgKeyRecord record, KeyedCipher cipher) = await GetAsync(
                orgId,
                OrgKeyKind.Signature,
                version,
                cancellationToken
            )
            .ConfigureAwait(false);
        // 16 bytes more than a scalar has, so that the remainder is as good as uniform (FIPS 186-5, A.2.1).
        byte[] derived = GC.AllocateUninitializedArray<byte>(48, pinned: true);
        byte[] scalar = GC.AllocateUninitializedArray<byte>(32, pinned: true);
        try
        {
            HKDF.DeriveKey(
                HashAlgorithmName.SHA256,
                cipher.Bytes,
                derived,
                default,
                [.. "ci/sig/v1"u8, .. Encoding.ASCII.GetBytes(use)]
            );
            BigInteger number =
                (new BigInteger(derived, isUnsigned: true, isBigEndian: true) % LastScalar) + BigInteger.One;
            scalar.AsSpan().Clear();
            int length = number.GetByteCount(isUnsigned: true);
            number.TryWriteBytes(scalar.AsSpan(scalar.Length - length), out _, isUnsigned: true, isBigEndian: true);
            ECDsa key = ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, D = scalar });
            return new OrgSignatureKey(record.Version, key);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(derived);
            CryptographicOperations.ZeroMemory(scalar);
            cipher.Release();
        }
    }

    /// <summary>
    /// Whether a key has a single version, because what was computed with it cannot be computed again.
    /// </summary>
    static bool IsPermanent(OrgKeyKind kind) => kind is OrgKeyKind.EventId or OrgKeyKind.Suppression;
}
