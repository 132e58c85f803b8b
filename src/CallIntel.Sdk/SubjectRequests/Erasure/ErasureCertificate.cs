using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using CallIntel.Sdk.Classification;
using CallIntel.Sdk.Crypto.Keys;
using CallIntel.Sdk.Diagnostics;

namespace CallIntel.Sdk.SubjectRequests;

/// <summary>
/// A signed certificate of an erasure: a JSON Web Signature in compact form (RFC 7515), signed with ECDSA on P-256 and
/// SHA-256 (<c>ES256</c>) by a key of the org.
/// </summary>
/// <remarks>Immutable and thread-safe. Any JOSE library can verify it with the org's public key.</remarks>
public sealed class ErasureCertificate
{
    internal const string KeyUse = "erasure-certificate";
    const string Algorithm = "ES256",
        Type = "callintel-erasure+json";

    ErasureCertificate(string text, int keyVersion, ErasureStatement statement) =>
        (Text, KeyVersion, Statement) = (text, keyVersion, statement);

    /// <summary>The certificate as text: header, statement and signature in base64url, separated by dots.</summary>
    [PseudonymousData]
    public string Text { get; }

    /// <summary>The version of the org's signature key.</summary>
    public int KeyVersion { get; }

    /// <summary>What the certificate says. Trust it only after the signature was verified.</summary>
    public ErasureStatement Statement { get; }

    /// <summary>Reads a certificate. Does not verify its signature.</summary>
    /// <param name="text">The text of <see cref="Text"/>.</param>
    /// <exception cref="CallIntelException"><c>CI0380</c>: the text is not a certificate of erasure.</exception>
    public static ErasureCertificate Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return TryParse(text, out ErasureCertificate? certificate)
            ? certificate
            : throw new CallIntelException(
                ErrorCodes.InvalidErasureCertificate,
                "The text is not a certificate of erasure.",
                "Pass the text of ErasureCertificate.Text unchanged."
            );
    }

    /// <summary>Returns whether the signature is valid for a public key.</summary>
    /// <param name="publicKey">
    /// The org's public key as DER-encoded SubjectPublicKeyInfo, from a source that you trust:
    /// <c>ExportCertificateKeyAsync</c>, for example.
    /// </param>
    /// <exception cref="CryptographicException">The key is not a public key.</exception>
    public bool Verify(ReadOnlySpan<byte> publicKey)
    {
        using ECDsa key = ECDsa.Create();
        key.ImportSubjectPublicKeyInfo(publicKey, out _);
        (byte[] data, byte[] signature) = Signed();
        return key.VerifyData(
            data,
            signature,
            HashAlgorithmName.SHA256,
            DSASignatureFormat.IeeeP1363FixedFieldConcatenation
        );
    }

    /// <summary>Returns the statement as indented JSON, without the signature.</summary>
    public string ToJson() =>
        JsonSerializer.Serialize(
            JsonDocument.Parse(Base64Url.DecodeFromChars(Text.Split('.')[1])).RootElement,
            IndentedJson.Default.JsonElement
        );

    internal bool Verify(OrgSignatureKey key)
    {
        (byte[] data, byte[] signature) = Signed();
        return key.Verify(data, signature);
    }

    internal static ErasureCertificate Sign(ErasureStatement statement, OrgSignatureKey key)
    {
        JwsHeader header = new(Algorithm, Type, key.Version.ToString(CultureInfo.InvariantCulture));
        string signed =
            Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(header, ErasureJson.Default.JwsHeader))
            + "."
            + Base64Url.EncodeToString(
                JsonSerializer.SerializeToUtf8Bytes(statement, ErasureJson.Default.ErasureStatement)
            );
        string signature = Base64Url.EncodeToString(key.Sign(Encoding.ASCII.GetBytes(signed)));
        return new ErasureCertificate($"{signed}.{signature}", key.Version, statement);
    }

    static bool TryParse(string text, [NotNullWhen(true)] out ErasureCertificate? certificate)
    {
        certificate = null;
        string[] parts = text.Split('.');
        if (parts.Length != 3)
            return false;
        try
        {
            JwsHeader? header = JsonSerializer.Deserialize(
                Base64Url.DecodeFromChars(parts[0]),
                ErasureJson.Default.JwsHeader
            );
            ErasureStatement? statement = JsonSerializer.Deserialize(
                Base64Url.DecodeFromChars(parts[1]),
                ErasureJson.Default.ErasureStatement
            );
            if (
                header is not { Alg: Algorithm, Typ: Type }
                || !int.TryParse(header.Kid, NumberStyles.None, CultureInfo.InvariantCulture, out int version)
                || statement is null
                || Base64Url.DecodeFromChars(parts[2]).Length != 64
            )
                return false;
            certificate = new ErasureCertificate(text, version, statement);
            return true;
        }
        catch (Exception e) when (e is FormatException or JsonException)
        {
            return false;
        }
    }

    (byte[] Data, byte[] Signature) Signed()
    {
        int dot = Text.LastIndexOf('.');
        return (Encoding.ASCII.GetBytes(Text[..dot]), Base64Url.DecodeFromChars(Text.AsSpan(dot + 1)));
    }
}
