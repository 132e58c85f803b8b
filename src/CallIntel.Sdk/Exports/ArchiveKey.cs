using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using CallIntel.Sdk.Diagnostics;

namespace CallIntel.Sdk.Exports;

/// <summary>
/// The key of one export archive. It is created with the archive, returned once, and not stored anywhere. Give it to
/// the person by another channel than the archive.
/// </summary>
/// <remarks>Immutable and thread-safe.</remarks>
public sealed class ArchiveKey
{
    /// <summary>The length of the key in bytes.</summary>
    internal const int Length = 32;

    const string Prefix = "CIAK1-";
    const int ChecksumLength = 4;
    readonly byte[] _bytes;

    ArchiveKey(byte[] bytes) => _bytes = bytes;

    internal ReadOnlySpan<byte> Bytes => _bytes;

    internal static ArchiveKey Create() => new(RandomNumberGenerator.GetBytes(Length));

    /// <summary>
    /// Returns the text of the key, 54 characters: a prefix, and the key with a checksum in the alphabet of base64url.
    /// It is a secret.
    /// </summary>
    public string ToText()
    {
        Span<byte> bytes = stackalloc byte[Length + ChecksumLength];
        _bytes.CopyTo(bytes);
        Checksum(_bytes, bytes[Length..]);
        string text = Prefix + Base64Url.EncodeToString(bytes);
        CryptographicOperations.ZeroMemory(bytes);
        return text;
    }

    /// <summary>Reads the text of a key.</summary>
    /// <param name="text">The text that <see cref="ToText"/> returned. White space around it is ignored.</param>
    /// <exception cref="CallIntelException">
    /// <c>CI0405</c>: the text is not the text of a key, or a character is wrong or missing.
    /// </exception>
    public static ArchiveKey Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return TryParse(text, out ArchiveKey? key)
            ? key
            : throw new CallIntelException(
                ErrorCodes.InvalidArchiveKey,
                "The text is not the key of an export archive.",
                $"Copy the whole key. It begins with {Prefix} and has 54 characters."
            );
    }

    /// <summary>Reads the text of a key.</summary>
    /// <param name="text">The text that <see cref="ToText"/> returned. White space around it is ignored.</param>
    /// <param name="key">The key.</param>
    /// <returns><see langword="false"/> if the text is not the text of a key.</returns>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out ArchiveKey? key)
    {
        key = null;
        if (text?.Trim() is not { } trimmed || !trimmed.StartsWith(Prefix, StringComparison.Ordinal))
            return false;
        byte[] bytes = new byte[Length + ChecksumLength];
        if (
            Base64Url.GetMaxDecodedLength(trimmed.Length - Prefix.Length) < bytes.Length
            || !Base64Url.IsValid(trimmed.AsSpan(Prefix.Length), out int length)
            || length != bytes.Length
        )
            return false;
        Base64Url.DecodeFromChars(trimmed.AsSpan(Prefix.Length), bytes);
        Span<byte> checksum = stackalloc byte[ChecksumLength];
        Checksum(bytes.AsSpan(..Length), checksum);
        if (!CryptographicOperations.FixedTimeEquals(checksum, bytes.AsSpan(Length)))
            return false;
        key = new ArchiveKey(bytes[..Length]);
        return true;
    }

    /// <summary>Returns a fixed text; the key is a secret.</summary>
    public override string ToString() => "ArchiveKey ***";

    static void Checksum(ReadOnlySpan<byte> key, Span<byte> destination)
    {
        Span<byte> message = stackalloc byte[Prefix.Length + Length];
        Encoding.ASCII.GetBytes(Prefix, message);
        key.CopyTo(message[Prefix.Length..]);
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(message, digest);
        digest[..ChecksumLength].CopyTo(destination);
        CryptographicOperations.ZeroMemory(message);
    }
}
