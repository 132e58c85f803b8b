using CallIntel.Sdk.Classification;
using CallIntel.Sdk.Crypto.Envelope;

namespace CallIntel.Sdk.Events;

/// <summary>What was said or written in an event. Personal data.</summary>
/// <param name="Body">The text of a message; null if it has none.</param>
/// <param name="Transcript">The words of a call or voicemail; null if it has none.</param>
/// <param name="Summary">A summary; null if it has none.</param>
public sealed record EventContent(
    [property: ProtectedData] string? Body,
    [property: ProtectedData] string? Transcript,
    [property: ProtectedData] string? Summary
)
{
    /// <summary>
    /// Whether the texts could be opened; the reason why they are null if not,
    /// <see cref="DecryptResult.CryptoShredded"/> for an erased person.
    /// </summary>
    /// <value>The default value is <see cref="DecryptResult.Ok"/>.</value>
    public DecryptResult Status { get; init; }

    /// <summary>Tells nothing of what was said.</summary>
    public override string ToString() => $"{nameof(EventContent)} {{ *** }}";
}
