using System.Security.Cryptography;
using CallIntel.Sdk.Diagnostics;

namespace CallIntel.Sdk.Tenancy;

/// <summary>A key that signs session tokens with HMAC-SHA-256, and the id under which the database stores it.</summary>
/// <remarks>Thread-safe. The key never appears in <see cref="ToString"/>, a log or an error message.</remarks>
public sealed class SigningKey
{
    readonly byte[] _key;

    /// <summary>Creates a signing key from existing bytes.</summary>
    /// <param name="id">The id, 0 to 255, by which the database finds the key.</param>
    /// <param name="key">32 to 64 random bytes. They are copied.</param>
    /// <exception cref="CallIntelException"><c>CI0008</c>: the key is too short or too long.</exception>
    public SigningKey(byte id, ReadOnlySpan<byte> key)
    {
        if (key.Length is < 32 or > 64)
            throw new CallIntelException(
                ErrorCodes.InvalidSigningKey,
                "A signing key must have 32 to 64 bytes.",
                "Generate a key, for example with SigningKey.Create."
            );
        Id = id;
        _key = key.ToArray();
    }

    /// <summary>The id by which the database finds the key.</summary>
    public byte Id { get; }

    internal ReadOnlySpan<byte> Bytes => _key;

    /// <summary>Creates a new random key of 32 bytes.</summary>
    /// <param name="id">The id, 0 to 255.</param>
    public static SigningKey Create(byte id) => new(id, RandomNumberGenerator.GetBytes(32));

    /// <inheritdoc/>
    public override string ToString() => $"signing key {Id} (***)";
}
