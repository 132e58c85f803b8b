using System.Security.Cryptography;

namespace CallIntel.Sdk.Crypto.Keys;

/// <summary>The root keys a provider holds in memory at one time: one that wraps, all of them unwrap.</summary>
internal sealed class RootKeySet(RootKey active, IReadOnlyList<RootKey> all, IReadOnlySet<string> destroyed)
    : IDisposable
{
    internal string ActiveId => active.Id;

    internal RootWrappedKey Wrap(RootKeyContext context, ReadOnlySpan<byte> key) => active.Wrap(context, key);

    internal void Unwrap(RootKeyContext context, RootWrappedKey wrapped, Span<byte> destination)
    {
        if (destination.Length != SecretKey.Length)
            throw new ArgumentException("The destination has to be 32 bytes.", nameof(destination));

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
                    throw Unverified();
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
                "What is wrapped only under it cannot be read any more; rewrap org keys before a root key is destroyed."
            );
        }

        throw new CallIntelException(
            CryptoErrorCodes.RootKeyUnknown,
            $"The provider has no root key '{rootKeyId}'.",
            "Use the key ring or environment key that this deployment's org keys were wrapped with."
        );
    }

    private static CallIntelException Unverified() =>
        new(
            CryptoErrorCodes.RewrapVerificationFailed,
            "A key that was just wrapped did not come back the same.",
            "Nothing was changed; check the machine's memory and the cryptographic library before trying again."
        );
}
