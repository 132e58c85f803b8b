using CallIntel.Sdk.Classification;
using CallIntel.Sdk.Crypto.Envelope;

namespace CallIntel.Sdk.Events;

/// <summary>The content of an event. Personal data.</summary>
/// <param name="Body">The text of a message; null if there is none.</param>
/// <param name="Transcript">The transcript of a call or voicemail; null if there is none.</param>
/// <param name="Summary">A summary; null if there is none.</param>
public sealed record EventContent(
    [property: ProtectedData] string? Body,
    [property: ProtectedData] string? Transcript,
    [property: ProtectedData] string? Summary
)
{
    /// <summary>
    /// The result of decrypting the texts. If it is not <see cref="DecryptResult.Ok"/>, the texts are null;
    /// <see cref="DecryptResult.CryptoShredded"/> means that the person was erased.
    /// </summary>
    /// <value>The default value is <see cref="DecryptResult.Ok"/>.</value>
    public DecryptResult Status { get; init; }

    /// <summary>Returns the type name only; content is not included.</summary>
    public override string ToString() => $"{nameof(EventContent)} {{ *** }}";
}
