using CallIntel.Sdk.Classification;
using CallIntel.Sdk.Crypto.Envelope;

namespace CallIntel.Sdk.Contacts;

/// <summary>One way to reach a contact. Personal data.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Value">The number in its normal form; null if it could not be opened.</param>
public sealed record ContactNumber(NumberKind Kind, [property: ProtectedData] string? Value)
{
    /// <summary>Whether the number could be opened, and why not.</summary>
    public DecryptResult Status { get; init; }

    /// <summary>Tells the kind and not the number.</summary>
    public override string ToString() => $"{nameof(ContactNumber)} {{ {Kind} *** }}";
}
