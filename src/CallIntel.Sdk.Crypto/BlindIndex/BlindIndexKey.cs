using System.Buffers.Binary;
using System.Security.Cryptography;
using CallIntel.Sdk.Crypto.Envelope;
using CallIntel.Sdk.Crypto.Keys;

namespace CallIntel.Sdk.Crypto.BlindIndex;

/// <summary>Computes blind indexes of one domain under one version of an org's root: 128 bits by which equal values are found without being seen.</summary>
/// <remarks>
/// Thread-safe, without allocation. index = first 16 bytes of HMAC-SHA-256(K, kind byte, normalised value) with
/// K = HKDF-SHA-256(root, info "ci/bidx/v1", domain, version big-endian). It shows equality within org and domain, and nothing else;
/// who has the key can test guesses. Why 128 bits: <c>docs/adr/0002-blind-index-width.md</c>.
/// </remarks>
public sealed class BlindIndexKey : IDisposable
{
    /// <summary>The length of a blind index in bytes: 16.</summary>
    public const int Length = 16;

    /// <summary>The greatest length of a value in bytes: 512.</summary>
    public const int MaxValueLength = 512;

    /// <summary>The greatest length of a domain in characters: 64.</summary>
    public const int MaxDomainLength = 64;

    private readonly SecretKey _key;

    private BlindIndexKey(Guid orgId, string domain, int version, SecretKey key)
    {
        OrgId = orgId;
        Domain = domain;
        Version = version;
        _key = key;
    }

    /// <summary>The org.</summary>
    public Guid OrgId { get; }

    /// <summary>The domain.</summary>
    public string Domain { get; }

    /// <summary>The version of the org's root.</summary>
    public int Version { get; }

    /// <summary>Derives the key of a domain.</summary>
    /// <param name="root">The org's root, 32 bytes. May be zeroed afterwards.</param>
    /// <param name="orgId">The org; for reference only: the root is the org's own.</param>
    /// <param name="domain">The domain, for example <c>phone</c>: 1 to 64 characters of ASCII.</param>
    /// <param name="version">The version of the root, from 1.</param>
    /// <returns>The key, owned by the caller.</returns>
    /// <exception cref="ArgumentException">The root, domain or version is not as described.</exception>
    public static BlindIndexKey Derive(ReadOnlySpan<byte> root, Guid orgId, string domain, int version)
    {
        if (root.Length != SecretKey.Length)
            throw new ArgumentException("A root has 32 bytes.", nameof(root));

        ArgumentException.ThrowIfNullOrEmpty(domain);
        if (domain.Length > MaxDomainLength || !System.Text.Ascii.IsValid(domain))
            throw new ArgumentException("A domain has 1 to 64 characters of ASCII.", nameof(domain));

        ArgumentOutOfRangeException.ThrowIfLessThan(version, 1);
        byte[] info = [.. "ci/bidx/v1"u8, .. System.Text.Encoding.ASCII.GetBytes(domain), 0, 0, 0, 0];
        BinaryPrimitives.WriteInt32BigEndian(info.AsSpan(info.Length - 4), version);
        Span<byte> derived = stackalloc byte[SecretKey.Length];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, root, derived, default, info);
        var key = new SecretKey(derived);
        CryptographicOperations.ZeroMemory(derived);
        return new BlindIndexKey(orgId, domain, version, key);
    }

    /// <summary>Computes the index of a value that is normalised already.</summary>
    /// <param name="kind">What the value is.</param>
    /// <param name="value">The value as UTF-8, normalised as <see cref="BlindIndexKind"/> says.</param>
    /// <param name="destination">At least <see cref="Length"/> bytes.</param>
    /// <exception cref="ArgumentException">The value is not normalised (it would never be found again), or the destination is too small.</exception>
    /// <exception cref="ObjectDisposedException">The key is disposed.</exception>
    public void Compute(BlindIndexKind kind, ReadOnlySpan<byte> value, Span<byte> destination)
    {
        if (destination.Length < Length)
            throw new ArgumentException("A blind index has 16 bytes.", nameof(destination));

        if (!BlindIndexValue.IsNormalised(kind, value))
            throw new ArgumentException(
                "The value is not normalised as its kind requires; ask BlindIndexValue.IsNormalised.",
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

        mac[..Length].CopyTo(destination);
        CryptographicOperations.ZeroMemory(message[..(1 + value.Length)]);
    }

    /// <summary>Computes the index as the uuid that is stored. All 128 bits are the index: it carries no uuid version.</summary>
    /// <param name="kind">What the value is.</param>
    /// <param name="value">The value as UTF-8, normalised.</param>
    /// <returns>The index, its bytes in network order.</returns>
    /// <exception cref="ArgumentException">The value is not normalised.</exception>
    /// <exception cref="ObjectDisposedException">The key is disposed.</exception>
    public Guid Compute(BlindIndexKind kind, ReadOnlySpan<byte> value)
    {
        Span<byte> index = stackalloc byte[Length];
        Compute(kind, value, index);
        return new Guid(index, bigEndian: true);
    }

    /// <summary>Computes the index of a text.</summary>
    /// <param name="kind">What the value is.</param>
    /// <param name="value">The value, normalised.</param>
    /// <returns>The index, its bytes in network order.</returns>
    /// <exception cref="ArgumentException">The value is not normalised, or no valid UTF-16.</exception>
    /// <exception cref="ObjectDisposedException">The key is disposed.</exception>
    public Guid Compute(BlindIndexKind kind, ReadOnlySpan<char> value)
    {
        Span<byte> utf8 = stackalloc byte[MaxValueLength];
        if (!StrictUtf8.Encoding.TryGetBytes(value, utf8, out int length))
            throw new ArgumentException("A value has at most 512 bytes.", nameof(value));

        Guid index = Compute(kind, utf8[..length]);
        CryptographicOperations.ZeroMemory(utf8[..length]);
        return index;
    }

    /// <summary>Zeroes the key as soon as no call uses it any more.</summary>
    public void Dispose() => _key.Dispose();

    /// <summary>Domain and version. Never the key.</summary>
    /// <returns>For logs.</returns>
    public override string ToString() => $"BlindIndexKey {Domain} v{Version}";
}
