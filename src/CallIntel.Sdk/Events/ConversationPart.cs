using CallIntel.Sdk.Classification;
using CallIntel.Sdk.Crypto.Envelope;

namespace CallIntel.Sdk.Events;

/// <summary>
/// A stored reference to an attachment of an event (image, recording or other file); see <see cref="EventPart"/>.
/// </summary>
/// <param name="MediaType">The media type, for example <c>image/jpeg</c>.</param>
/// <param name="Reference">
/// The location of the file, or the digest of its bytes; null if it could not be decrypted.
/// </param>
/// <param name="Size">The size in bytes; null if the source did not report it.</param>
public sealed record ConversationPart(string MediaType, [property: ProtectedData] string? Reference, long? Size)
{
    /// <summary>
    /// The result of decrypting <see cref="Reference"/>: <see cref="DecryptResult.CryptoShredded"/> if the person was
    /// erased.
    /// </summary>
    /// <value>The default value is <see cref="DecryptResult.Ok"/>.</value>
    public DecryptResult Status { get; init; }

    /// <summary>Returns the media type only; the reference is not included.</summary>
    public override string ToString() => $"{nameof(ConversationPart)} {{ {MediaType} *** }}";
}
