using CallIntel.Sdk.Classification;

namespace CallIntel.Sdk.Events;

/// <summary>
/// A reference to an attachment of an event (image, recording or other file). The bytes of the file are never stored.
/// </summary>
/// <param name="MediaType">The media type, for example <c>image/jpeg</c>.</param>
/// <param name="Reference">
/// The location of the file: a URL, a file name, or <c>sha256:</c> and the digest of bytes contained in an imported
/// file. Stored encrypted.
/// </param>
/// <param name="Size">The size in bytes; null if the source did not report it.</param>
public sealed record EventPart(string MediaType, [property: ProtectedData] string Reference, long? Size = null)
{
    /// <summary>Returns the media type only; the reference is not included.</summary>
    public override string ToString() => $"{nameof(EventPart)} {{ {MediaType} *** }}";
}
