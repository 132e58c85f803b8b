using CallIntel.Sdk.Classification;

namespace CallIntel.Sdk.Events;

/// <summary>
/// A picture, recording or other file of an event, by reference: the bytes themselves are never stored.
/// </summary>
/// <param name="MediaType">What it is, for example <c>image/jpeg</c>.</param>
/// <param name="Reference">
/// Where it is: a URL, a file's name, or <c>sha256:</c> and the digest of bytes that stood in an imported file.
/// Protected.
/// </param>
/// <param name="Size">Its length in bytes; null where the source did not say.</param>
public sealed record EventPart(string MediaType, [property: ProtectedData] string Reference, long? Size = null)
{
    /// <summary>Tells what it is and not where.</summary>
    public override string ToString() => $"{nameof(EventPart)} {{ {MediaType} *** }}";
}
