using System.Security.Cryptography;
using CallIntel.Sdk.Crypto.Primitives;

namespace CallIntel.Sdk.Crypto.Keys;

/// <summary>
/// A root key in the memory of this process, as the key-ring file and the environment provider use it.
/// </summary>
sealed class RootKey : IDisposable
{
    const byte WrapVersion = 0xD3;

    /// <summary>The earlier version, whose associated data lacks the version byte. Still read, never written.</summary>
    const byte OldWrapVersion = 0xD0;

    const int AssociatedDataLength = RootKeyContext.AssociatedDataLength + 1;

    readonly KeyedCipher _cipher;

    /// <summary>Copies the key material. The id ends in 16 hexadecimal digits that are computed from the key.</summary>
    internal RootKey(string prefix, ReadOnlySpan<byte> material)
    {
        _cipher = new KeyedCipher(material);
        Span<byte> check = stackalloc byte[HMACSHA256.HashSizeInBytes];
        // The label of docs/envelope.md. The ids in databases and key-ring files depend on these bytes.
        HMACSHA256.HashData(material, "ci/root/v1"u8, check);
        Id = $"{prefix}/{Convert.ToHexStringLower(check[..8])}";
    }

    internal string Id { get; }

    internal RootWrappedKey Wrap(RootKeyContext context, ReadOnlySpan<byte> key)
    {
        Span<byte> associatedData = stackalloc byte[AssociatedDataLength];
        context.WriteAssociatedData(associatedData);
        associatedData[^1] = WrapVersion;
        return new RootWrappedKey(Id, KeyWrap.Wrap(_cipher, WrapVersion, key, associatedData));
    }

    internal void Unwrap(RootKeyContext context, ReadOnlySpan<byte> wrapped, Span<byte> destination)
    {
        byte version = wrapped.IsEmpty ? (byte)0 : wrapped[0];
        Span<byte> associatedData = stackalloc byte[AssociatedDataLength];
        context.WriteAssociatedData(associatedData);
        associatedData[^1] = version;
        if (version == OldWrapVersion)
            associatedData = associatedData[..^1];

        if (
            version is not (WrapVersion or OldWrapVersion)
            || !KeyWrap.TryUnwrap(_cipher, wrapped, associatedData, destination)
        )
        {
            throw new CallIntelException(
                CryptoErrorCodes.RootUnwrapFailed,
                "A wrapped org key failed authentication under its root key.",
                "Check that the key store and the root key belong to the same deployment. If they do, the row is "
                    + "damaged: restore it from a backup."
            );
        }
    }

    public void Dispose() => _cipher.Dispose();
}
