using CallIntel.Sdk.Classification;
using CallIntel.Sdk.Crypto.Envelope;

namespace CallIntel.Sdk.Events;

/// <summary>
/// A picture, recording or other file of an event, by reference, as it is stored: see <see cref="EventPart"/>.
/// </summary>
/// <param name="MediaType">What it is, for example <c>image/jpeg</c>.</param>
/// <param name="Reference">Where it is, or the digest of its bytes; null if it could not be opened.</param>
/// <param name="Size">Its length in bytes; null where the source did not say.</param>
public sealed record ConversationPart(string MediaType, [property: ProtectedData] string? Reference, long? Size)
{
    /// <summary>
    /// Whether the reference could be opened, and why not: <see cref="DecryptResult.CryptoShredded"/> for an erased
    /// person.
    /// </summary>
    /// <value>The default value is <see cref="DecryptResult.Ok"/>.</value>
    public DecryptResult Status { get; init; }

    /// <summary>Tells what it is and not where.</summary>
    public override string ToString() => $"{nameof(ConversationPart)} {{ {MediaType} *** }}";
}
