using System.Security.Cryptography;
using CallIntel.Sdk.Crypto.Primitives;

namespace CallIntel.Sdk.Crypto.Keys;

/// <summary>The root keys that a provider holds in memory. The active one wraps; all of them unwrap.</summary>
sealed class RootKeySet(RootKey active, IReadOnlyList<RootKey> all, IReadOnlySet<string> destroyed) : IDisposable
{
    internal string ActiveId => active.Id;

    internal RootWrappedKey Wrap(RootKeyContext context, ReadOnlySpan<byte> key) => active.Wrap(context, key);

    internal void Unwrap(RootKeyContext context, RootWrappedKey wrapped, Span<byte> destination)
    {
        if (destination.Length != SecretKey.Length)
            throw new ArgumentException("The destination has to have 32 bytes.", nameof(destination));

        Find(wrapped.RootKeyId).Unwrap(context, wrapped.Ciphertext.Span, destination);
    }

    internal RootWrappedKey[] RewrapMany(IReadOnlyList<RootRewrapItem> items, CancellationToken cancellationToken)
    {
        var rewrapped = new RootWrappedKey[items.Count];
        Span<byte> key = stackalloc byte[SecretKey.Length];
        Span<byte> check = stackalloc byte[SecretKey.Length];
        try
        {
            for (int i = 0; i < rewrapped.Length; i++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                RootRewrapItem item = items[i];
                Unwrap(item.Context, item.Wrapped, key);
                rewrapped[i] = active.Wrap(item.Context, key);
                Unwrap(item.Context, rewrapped[i], check);
                if (!CryptographicOperations.FixedTimeEquals(key, check))
                    throw KeyFaults.RewrapUnverified();
            }

            return rewrapped;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
            CryptographicOperations.ZeroMemory(check);
        }
    }

    public void Dispose()
    {
        foreach (RootKey key in all)
            key.Dispose();
    }

    internal RootKey Find(string rootKeyId)
    {
        foreach (RootKey key in all)
        {
            if (key.Id == rootKeyId)
                return key;
        }

        if (destroyed.Contains(rootKeyId))
        {
            throw new CallIntelException(
                CryptoErrorCodes.RootKeyDestroyed,
                $"The root key '{rootKeyId}' was destroyed.",
                "Org keys that are wrapped only under it, and the data under them, cannot be recovered."
            );
        }

        throw new CallIntelException(
            CryptoErrorCodes.RootKeyUnknown,
            $"The provider has no root key '{rootKeyId}'.",
            "Use the key ring or environment variable that the org keys of this database were wrapped with."
        );
    }
}
