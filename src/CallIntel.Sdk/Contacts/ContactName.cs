using CallIntel.Sdk.Classification;
using CallIntel.Sdk.Crypto.Envelope;

namespace CallIntel.Sdk.Contacts;

/// <summary>What a contact is called. Personal data.</summary>
/// <param name="Value">The name; null if it could not be opened.</param>
public sealed record ContactName([property: ProtectedData] string? Value)
{
    /// <summary>The greatest length of a name in characters (UTF-16 code units): 200.</summary>
    public const int MaxLength = 200;

    /// <summary>
    /// Whether the name could be opened, and why not: <see cref="DecryptResult.CryptoShredded"/> for an erased person.
    /// </summary>
    /// <value>The default value is <see cref="DecryptResult.Ok"/>.</value>
    public DecryptResult Status { get; init; }

    /// <summary>Does not tell the name.</summary>
    public override string ToString() => $"{nameof(ContactName)} {{ *** }}";
}
