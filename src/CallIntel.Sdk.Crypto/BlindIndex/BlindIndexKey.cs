using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using CallIntel.Sdk.Crypto.Primitives;

namespace CallIntel.Sdk.Crypto.BlindIndex;

/// <summary>
/// Computes blind indexes: keyed 128-bit hashes that find equal values without revealing them. Each org, domain and key
/// version has its own key.
/// </summary>
/// <remarks>
/// Thread-safe and without allocation. An index is the first 16 bytes of HMAC-SHA-256(K, kind byte, normalised value)
/// with K = HKDF-SHA-256(root, info "ci/bidx/v1", domain, big-endian version). It reveals only which values of one org
/// and domain are equal. With the key, values can be guessed. <c>docs/adr/0002-blind-index-width.md</c> explains the
/// 128 bits.
/// </remarks>
public sealed class BlindIndexKey : IDisposable
{
    internal const int MaxValueLength = 512;

    const int MaxDomainLength = 64;
    const int IndexLength = 16;

    readonly SecretKey _key;

    BlindIndexKey(Guid orgId, string domain, int version, SecretKey key)
    {
        OrgId = orgId;
        Domain = domain;
        Version = version;
        _key = key;
    }

    /// <summary>Gets the org.</summary>
    public Guid OrgId { get; }

    /// <summary>Gets the domain.</summary>
    public string Domain { get; }

    /// <summary>Gets the version of the org's blind-index key.</summary>
    public int Version { get; }

    /// <summary>Derives the key of a domain from a root key of your own.</summary>
    /// <param name="root">The root of the org, 32 bytes. It is not used after the call.</param>
    /// <param name="orgId">The org. It is not part of the derivation, because each org has its own root.</param>
    /// <param name="domain">The domain, for example <c>phone</c>: 1 to 64 ASCII characters.</param>
    /// <param name="version">The version of the root, from 1.</param>
    /// <returns>The key. The caller disposes it.</returns>
    /// <exception cref="ArgumentException">The root, domain or version is not as described.</exception>
    public static BlindIndexKey Derive(ReadOnlySpan<byte> root, Guid orgId, string domain, int version)
    {
        if (root.Length != SecretKey.Length)
            throw new ArgumentException("A root has to have 32 bytes.", nameof(root));

        ArgumentException.ThrowIfNullOrEmpty(domain);
        if (domain.Length > MaxDomainLength || !Ascii.IsValid(domain))
            throw new ArgumentException("A domain has to have 1 to 64 ASCII characters.", nameof(domain));

        ArgumentOutOfRangeException.ThrowIfLessThan(version, 1);
        byte[] info = [.. "ci/bidx/v1"u8, .. Encoding.ASCII.GetBytes(domain), 0, 0, 0, 0];
        BinaryPrimitives.WriteInt32BigEndian(info.AsSpan(info.Length - 4), version);
        Span<byte> derived = stackalloc byte[SecretKey.Length];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, root, derived, default, info);
        var key = new SecretKey(derived);
        CryptographicOperations.ZeroMemory(derived);
        return new BlindIndexKey(orgId, domain, version, key);
    }

    /// <summary>Computes the index of a value.</summary>
    /// <param name="kind">The kind of value.</param>
    /// <param name="value">The value as UTF-8, normalised as <see cref="BlindIndexKind"/> describes.</param>
    /// <returns>
    /// The index to store as a uuid, in network byte order. All 128 bits are hash; there is no uuid version.
    /// </returns>
    /// <exception cref="ArgumentException">The value is not normalised, so it would never be found.</exception>
    /// <exception cref="ObjectDisposedException">The key is disposed.</exception>
    public Guid Compute(BlindIndexKind kind, ReadOnlySpan<byte> value)
    {
        if (!BlindIndexValue.IsNormalised(kind, value))
            throw new ArgumentException(
                "The value is not normalised as its kind requires. Check it with BlindIndexValue.IsNormalised.",
                nameof(value)
            );

        Span<byte> message = stackalloc byte[1 + MaxValueLength];
        message[0] = (byte)kind;
        value.CopyTo(message[1..]);
        Span<byte> mac = stackalloc byte[HMACSHA256.HashSizeInBytes];
        ObjectDisposedException.ThrowIf(!_key.TryAcquire(), this);
        try
        {
            HMACSHA256.HashData(_key.Bytes, message[..(1 + value.Length)], mac);
        }
        finally
        {
            _key.Release();
        }

        CryptographicOperations.ZeroMemory(message[..(1 + value.Length)]);
        return new Guid(mac[..IndexLength], bigEndian: true);
    }

    /// <summary>Computes the index of a text.</summary>
    /// <param name="kind">The kind of value.</param>
    /// <param name="value">The value, normalised as <see cref="BlindIndexKind"/> describes.</param>
    /// <returns>The index to store as a uuid, in network byte order.</returns>
    /// <exception cref="ArgumentException">The value is not normalised or not valid UTF-16.</exception>
    /// <exception cref="ObjectDisposedException">The key is disposed.</exception>
    public Guid Compute(BlindIndexKind kind, ReadOnlySpan<char> value)
    {
        Span<byte> utf8 = stackalloc byte[MaxValueLength];
        if (!StrictUtf8.Encoding.TryGetBytes(value, utf8, out int length))
            throw new ArgumentException("A value has at most 512 bytes in UTF-8.", nameof(value));

        Guid index = Compute(kind, utf8[..length]);
        CryptographicOperations.ZeroMemory(utf8[..length]);
        return index;
    }

    /// <summary>Zeroes the key when the calls that are running now end.</summary>
    public void Dispose() => _key.Dispose();

    /// <summary>Returns the domain and the version, for logs. Never contains the key.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => $"BlindIndexKey {Domain} v{Version}";
}
