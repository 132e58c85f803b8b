using System.Security.Cryptography;
using System.Text;
using CallIntel.Sdk.Diagnostics;

namespace CallIntel.Sdk.Audit;

/// <summary>A key that signs checkpoints with ECDSA on the curve P-256, or only verifies them.</summary>
/// <remarks>
/// Thread-safe. The private key never appears in <see cref="ToString"/>, a log or an error message.
/// </remarks>
public sealed class SealKey
{
    readonly byte[]? _private;
    readonly byte[] _public;

    SealKey(string name, byte[] publicKey, byte[]? privateKey) =>
        (Name, _public, _private, Id) = (name, publicKey, privateKey, SHA256.HashData(publicKey)[..4]);

    /// <summary>The name in the signature line of a checkpoint.</summary>
    public string Name { get; }

    /// <summary>Whether the key can sign.</summary>
    public bool CanSign => _private is not null;

    /// <summary>The first four bytes of the SHA-256 of the public key, as C2SP signed-note defines it.</summary>
    internal byte[] Id { get; }

    internal ReadOnlyMemory<byte> PrivateBytes => _private;

    /// <summary>Creates a new random key.</summary>
    /// <param name="name">
    /// The name: not empty, without spaces and plus signs. A schema-less URL is recommended, such as
    /// <c>example.org/callintel/2026</c>. Each key of a ring has a name of its own.
    /// </param>
    /// <exception cref="CallIntelException"><c>CI0361</c>: the name is not valid.</exception>
    public static SealKey Create(string name)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return new SealKey(Checked(name), key.ExportSubjectPublicKeyInfo(), key.ExportPkcs8PrivateKey());
    }

    /// <summary>Creates a key from a private key.</summary>
    /// <param name="name">The name.</param>
    /// <param name="pkcs8">The key in PKCS #8 form (DER).</param>
    /// <exception cref="CallIntelException"><c>CI0361</c>: the name or the key is not valid.</exception>
    public static SealKey FromPrivateKey(string name, ReadOnlySpan<byte> pkcs8)
    {
        using ECDsa key = ECDsa.Create();
        try
        {
            key.ImportPkcs8PrivateKey(pkcs8, out _);
            return new SealKey(Checked(name), OnCurve(key), pkcs8.ToArray());
        }
        catch (CryptographicException)
        {
            throw Invalid("The private key is not an ECDSA key in PKCS #8 form.");
        }
    }

    /// <summary>Creates a key that only verifies.</summary>
    /// <param name="name">The name.</param>
    /// <param name="subjectPublicKeyInfo">The key as SubjectPublicKeyInfo (DER).</param>
    /// <exception cref="CallIntelException"><c>CI0361</c>: the name or the key is not valid.</exception>
    public static SealKey FromPublicKey(string name, ReadOnlySpan<byte> subjectPublicKeyInfo)
    {
        using ECDsa key = ECDsa.Create();
        try
        {
            key.ImportSubjectPublicKeyInfo(subjectPublicKeyInfo, out _);
            return new SealKey(Checked(name), OnCurve(key), null);
        }
        catch (CryptographicException)
        {
            throw Invalid("The public key is not an ECDSA key in SubjectPublicKeyInfo form.");
        }
    }

    /// <summary>Returns the public key as SubjectPublicKeyInfo (DER).</summary>
    public byte[] ExportPublicKey() => [.. _public];

    /// <inheritdoc/>
    public override string ToString() => $"seal key {Name} (***)";

    internal byte[] Sign(string text)
    {
        using ECDsa key = ECDsa.Create();
        key.ImportPkcs8PrivateKey(_private ?? throw Invalid("The key has no private part, so it cannot sign."), out _);
        return key.SignData(
            Encoding.UTF8.GetBytes(text),
            HashAlgorithmName.SHA256,
            DSASignatureFormat.Rfc3279DerSequence
        );
    }

    internal bool Verify(string text, ReadOnlySpan<byte> signature)
    {
        using ECDsa key = ECDsa.Create();
        key.ImportSubjectPublicKeyInfo(_public, out _);
        return key.VerifyData(
            Encoding.UTF8.GetBytes(text),
            signature,
            HashAlgorithmName.SHA256,
            DSASignatureFormat.Rfc3279DerSequence
        );
    }

    static byte[] OnCurve(ECDsa key) =>
        key.ExportParameters(false).Curve.Oid.Value == ECCurve.NamedCurves.nistP256.Oid.Value
            ? key.ExportSubjectPublicKeyInfo()
            : throw Invalid("The key is not on the curve P-256.");

    static string Checked(string name) =>
        !string.IsNullOrEmpty(name) && !name.Any(c => char.IsWhiteSpace(c) || char.IsControl(c) || c == '+')
            ? name
            : throw Invalid("The name of a seal key is empty or contains a space or a plus sign.");

    internal static CallIntelException Invalid(string problem, Exception? inner = null) =>
        new(
            ErrorCodes.InvalidSealKey,
            problem,
            "Create a key with SealKey.Create or callintel audit new-key, and store it with SealKeyRing.Save.",
            inner
        );
}
