namespace CallIntel.Sdk.Crypto.Keys;

/// <summary>
/// The answer of a <see cref="DataKeyCache"/> about one key. While the lease is held the key is not zeroed, even if the
/// cache evicts it, but
/// no longer than <see cref="DataKeyCacheOptions.LeaseDeadline"/> after the key left the cache.
/// </summary>
/// <remarks>
/// A struct, so that the hot path allocates nothing. Disposing it, or a copy of it, again changes nothing: only the
/// first call gives the key
/// back. Thread-safe.
/// </remarks>
public readonly struct DataKeyLease : IDisposable
{
    private readonly KeyHold? _hold;
    private readonly long _generation;

    private DataKeyLease(DataKeyRef key, KeyHold? hold, long generation)
    {
        Key = key;
        _hold = hold;
        _generation = generation;
    }

    /// <summary>What is known about the key.</summary>
    public KeyLookup Status => Key.Status;

    /// <summary>The key to encrypt or decrypt with. It works until the lease is disposed.</summary>
    public DataKeyRef Key { get; }

    internal DataKey Value => Key.Loaded!;

    /// <summary>Gives the key back, once.</summary>
    public void Dispose() => _hold?.Release(_generation);

    /// <summary>Takes over a hold that the caller has on the key.</summary>
    internal static DataKeyLease TakeOver(DataKeyRef held)
    {
        if (held.Loaded is null)
            return new DataKeyLease(held, null, 0);

        KeyHold hold = KeyHold.Take(held.Loaded, out long generation);
        return new DataKeyLease(held, hold, generation);
    }
}
