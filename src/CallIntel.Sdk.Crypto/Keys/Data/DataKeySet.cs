namespace CallIntel.Sdk.Crypto.Keys;

/// <summary>
/// The keys of one batch. They stay usable until the set is disposed, even if the cache evicts them, but no longer than
/// <see cref="DataKeyCacheOptions.LeaseDeadline"/> after they left the cache.
/// </summary>
/// <typeparam name="TId"><see cref="KeyId"/> to decrypt, <see cref="KeySubject"/> to encrypt.</typeparam>
/// <remarks>Thread-safe. After disposal, every lookup returns <see cref="KeyLookup.NotCached"/>.</remarks>
public sealed class DataKeySet<TId> : IDisposable
    where TId : struct, IEquatable<TId>
{
    static readonly Dictionary<TId, DataKeyRef> Disposed = [];

    Dictionary<TId, DataKeyRef> _keys;

    internal DataKeySet(int capacity) => _keys = new Dictionary<TId, DataKeyRef>(capacity);

    /// <summary>Gets the number of different keys that were requested.</summary>
    public int Count => _keys.Count;

    /// <summary>Gets the result for one key. The set owns the key.</summary>
    /// <param name="id">One of the requested ids.</param>
    /// <returns>The result; <see cref="KeyLookup.NotCached"/> for an id that was not requested.</returns>
    public DataKeyRef this[TId id] => _keys.GetValueOrDefault(id);

    /// <summary>Releases all keys. Later calls have no effect.</summary>
    public void Dispose()
    {
        foreach (DataKeyRef key in Interlocked.Exchange(ref _keys, Disposed).Values)
            key.Unhold();
    }

    internal bool Contains(TId id) => _keys.ContainsKey(id);

    /// <summary>Takes over a hold on the key.</summary>
    internal void Add(TId id, DataKeyRef held) => _keys.Add(id, held);
}
