namespace CallIntel.Sdk.Crypto.Keys;

/// <summary>
/// The result of looking up one key in a <see cref="DataKeyCache"/>. Until the lease is disposed, the key is not
/// zeroed, even if the cache evicts it, but no longer than <see cref="DataKeyCacheOptions.LeaseDeadline"/>.
/// </summary>
/// <remarks>
/// Thread-safe. A struct, so that looking up a cached key allocates nothing. Only the first call to
/// <see cref="Dispose"/>, on the lease or on a copy of it, releases the key.
/// </remarks>
public readonly struct DataKeyLease : IDisposable
{
    readonly KeyHold? _hold;
    readonly long _generation;

    DataKeyLease(DataKeyRef key, KeyHold? hold, long generation)
    {
        Key = key;
        _hold = hold;
        _generation = generation;
    }

    /// <summary>Gets the result of the lookup.</summary>
    public KeyLookup Status => Key.Status;

    /// <summary>Gets the key to encrypt or decrypt with. It works until the lease is disposed.</summary>
    public DataKeyRef Key { get; }

    internal DataKey Value => Key.Loaded!;

    /// <summary>Releases the key. Later calls have no effect.</summary>
    public void Dispose() => _hold?.Release(_generation);

    /// <summary>Creates a lease that takes over a hold that the caller has on the key.</summary>
    internal static DataKeyLease TakeOver(DataKeyRef held)
    {
        if (held.Loaded is null)
            return new DataKeyLease(held, null, 0);

        KeyHold hold = KeyHold.Take(held.Loaded, out long generation);
        return new DataKeyLease(held, hold, generation);
    }
}
