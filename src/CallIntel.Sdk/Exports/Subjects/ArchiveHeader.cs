using System.Buffers.Binary;
using System.Security.Cryptography;

namespace CallIntel.Sdk.Exports;

/// <summary>
/// The header of an archive: what it is, when it expires, and a MAC under the key of the archive. Format:
/// <c>docs/export-archive.md</c>.
/// </summary>
sealed class ArchiveHeader
{
    internal const int Length = SignedLength + HMACSHA256.HashSizeInBytes;
    const int SaltLength = 32;
    const int SignedLength = 8 + 16 + 16 + 8 + 8 + SaltLength;

    readonly byte[] _bytes;

    ArchiveHeader(byte[] bytes) => _bytes = bytes;

    static ReadOnlySpan<byte> Magic => "CIARCH1\n"u8;

    internal ReadOnlyMemory<byte> Bytes => _bytes;

    internal Guid Org => new(_bytes.AsSpan(8, 16), bigEndian: true);

    internal Guid Request => new(_bytes.AsSpan(24, 16), bigEndian: true);

    internal DateTimeOffset CreatedAt => Time(40);

    internal DateTimeOffset ExpiresAt => Time(48);

    ReadOnlySpan<byte> Salt => _bytes.AsSpan(SignedLength - SaltLength, SaltLength);

    /// <param name="key">The key of the archive.</param>
    /// <param name="org">The org.</param>
    /// <param name="request">The request.</param>
    /// <param name="created">When the archive is written. Fractions of a second are cut off.</param>
    /// <param name="expires">When the archive cannot be opened any more.</param>
    internal static ArchiveHeader Create(
        ArchiveKey key,
        Guid org,
        Guid request,
        DateTimeOffset created,
        DateTimeOffset expires
    )
    {
        byte[] bytes = new byte[Length];
        Magic.CopyTo(bytes);
        org.TryWriteBytes(bytes.AsSpan(8), bigEndian: true, out _);
        request.TryWriteBytes(bytes.AsSpan(24), bigEndian: true, out _);
        BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(40), created.ToUnixTimeSeconds());
        BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(48), expires.ToUnixTimeSeconds());
        RandomNumberGenerator.Fill(bytes.AsSpan(SignedLength - SaltLength, SaltLength));
        ArchiveHeader header = new(bytes);
        header.Mac(key, bytes.AsSpan(SignedLength));
        return header;
    }

    /// <returns>The header; null if it is not one, was changed, or belongs to another key.</returns>
    internal static ArchiveHeader? TryRead(byte[] bytes, ArchiveKey key)
    {
        if (bytes.Length != Length || !bytes.AsSpan().StartsWith(Magic))
            return null;
        ArchiveHeader header = new(bytes);
        Span<byte> mac = stackalloc byte[HMACSHA256.HashSizeInBytes];
        header.Mac(key, mac);
        return CryptographicOperations.FixedTimeEquals(mac, bytes.AsSpan(SignedLength)) ? header : null;
    }

    /// <summary>Derives the key of the payload, which depends on every byte of the header.</summary>
    internal byte[] PayloadKey(ArchiveKey key)
    {
        byte[] info = [.. "callintel/archive/v1/payload"u8, .. SHA256.HashData(_bytes)];
        return HKDF.DeriveKey(HashAlgorithmName.SHA256, key.Bytes.ToArray(), 32, Salt.ToArray(), info);
    }

    void Mac(ArchiveKey key, Span<byte> destination)
    {
        Span<byte> headerKey = stackalloc byte[32];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, key.Bytes, headerKey, Salt, "callintel/archive/v1/header"u8);
        HMACSHA256.HashData(headerKey, _bytes.AsSpan(..SignedLength), destination);
        CryptographicOperations.ZeroMemory(headerKey);
    }

    DateTimeOffset Time(int offset) =>
        DateTimeOffset.FromUnixTimeSeconds(BinaryPrimitives.ReadInt64BigEndian(_bytes.AsSpan(offset)));
}
