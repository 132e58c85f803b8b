using CallIntel.Sdk.Classification;
using CallIntel.Sdk.Crypto.Envelope;

namespace CallIntel.Sdk.Contacts;

/// <summary>A number or other address of a contact. Personal data.</summary>
/// <param name="Kind">The kind of number.</param>
/// <param name="Value">The number in its normalized form; null if it could not be decrypted.</param>
public sealed record ContactNumber(NumberKind Kind, [property: ProtectedData] string? Value)
{
    /// <summary>The result of decrypting the number.</summary>
    public DecryptResult Status { get; init; }

    /// <summary>
    /// When another number replaced this one, see <see cref="ContactDirectory.ReplaceNumberAsync"/>; null for a number
    /// in use.
    /// </summary>
    public DateTimeOffset? ReplacedAt { get; init; }

    /// <summary>Returns the kind only; the number is not included.</summary>
    public override string ToString() => $"{nameof(ContactNumber)} {{ {Kind} *** }}";
}
