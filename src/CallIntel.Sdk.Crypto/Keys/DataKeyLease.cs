namespace CallIntel.Sdk.Crypto.Keys;

/// <summary>The answer of a <see cref="DataKeyCache"/> about one key. While it is held, the key is not zeroed, also when it is evicted.</summary>
/// <remarks>
/// A struct, so that the hot path allocates nothing: dispose each lease once and do not copy it. A lease that is disposed twice can
/// only make the key unavailable early; no call ever uses a zeroed key.
/// </remarks>
public readonly struct DataKeyLease : IDisposable
{
    private readonly DataKey? _key;

    internal DataKeyLease(KeyLookup status, DataKey? key)
    {
        Status = status;
        _key = key;
    }

    /// <summary>What is known about the key.</summary>
    public KeyLookup Status { get; }

    /// <summary>The key. Do not dispose it: dispose the lease.</summary>
    /// <exception cref="InvalidOperationException">The status is not <see cref="KeyLookup.Ready"/>.</exception>
    public DataKey Key => _key ?? throw new InvalidOperationException("Only a lease that is Ready has a key.");

    /// <summary>Gives the key back.</summary>
    public void Dispose() => _key?.Cipher.Release();

    /// <summary>Another lease of the same key.</summary>
    internal DataKeyLease Share() => _key is null || _key.Cipher.TryAcquire() ? this : default;
}
