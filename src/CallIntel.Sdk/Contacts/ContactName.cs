using CallIntel.Sdk.Classification;
using CallIntel.Sdk.Crypto.Envelope;
using CallIntel.Sdk.Tenancy;

namespace CallIntel.Sdk.Contacts;

/// <summary>The display name of a contact. Personal data.</summary>
/// <param name="Value">The name; null if it could not be decrypted.</param>
public sealed record ContactName([property: ProtectedData] string? Value)
{
    /// <summary>The maximum length of a name: 200 characters (UTF-16 code units).</summary>
    public const int MaxLength = NameText.MaxLength;

    /// <summary>
    /// The result of decrypting the name: <see cref="DecryptResult.CryptoShredded"/> if the person was erased.
    /// </summary>
    /// <value>The default value is <see cref="DecryptResult.Ok"/>.</value>
    public DecryptResult Status { get; init; }

    /// <summary>Returns the type name only; the name is not included.</summary>
    public override string ToString() => $"{nameof(ContactName)} {{ *** }}";
}
