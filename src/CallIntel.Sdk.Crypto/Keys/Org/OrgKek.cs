using CallIntel.Sdk.Crypto.Primitives;

namespace CallIntel.Sdk.Crypto.Keys;

/// <summary>A handle on an org's key-encryption key of one epoch, which wraps data keys.</summary>
/// <remarks>Thread-safe. The key is zeroed when the ring and all handles have released it.</remarks>
sealed class OrgKek : IDisposable
{
    int _disposed;

    internal OrgKek(Guid orgId, int epoch, KeyedCipher cipher)
    {
        OrgId = orgId;
        Epoch = epoch;
        Cipher = cipher;
    }

    internal Guid OrgId { get; }

    /// <summary>The epoch, from 1.</summary>
    internal int Epoch { get; }

    internal KeyedCipher Cipher { get; }

    /// <summary>Releases this handle.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
            Cipher.Release();
    }

    /// <summary>Returns the org and the epoch, for logs. Never contains the key.</summary>
    public override string ToString() => $"OrgKek {OrgId} epoch {Epoch}";
}
