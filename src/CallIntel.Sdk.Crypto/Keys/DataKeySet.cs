namespace CallIntel.Sdk.Crypto.Keys;

/// <summary>
/// The keys of one batch. Whatever the cache evicts meanwhile, they stay until the set is disposed, but no longer than
/// <see cref="DataKeyCacheOptions.LeaseDeadline"/> after they left the cache.
/// </summary>
/// <typeparam name="TId"><see cref="KeyId"/> to decrypt, <see cref="KeySubject"/> to encrypt.</typeparam>
/// <remarks>
/// Thread-safe. Disposing it again changes nothing; afterwards every answer is <see cref="KeyLookup.NotCached"/>.
/// </remarks>
public sealed class DataKeySet<TId> : IDisposable
    where TId : struct, IEquatable<TId>
{
    private static readonly Dictionary<TId, DataKeyRef> Disposed = [];

    private Dictionary<TId, DataKeyRef> _keys;

    internal DataKeySet(int capacity) => _keys = new Dictionary<TId, DataKeyRef>(capacity);

    /// <summary>How many different keys were asked for.</summary>
    public int Count => _keys.Count;

    /// <summary>The answer about one key. It owns nothing: the key belongs to the set.</summary>
    /// <param name="id">One of the ids that were asked for.</param>
    /// <returns>The answer; <see cref="KeyLookup.NotCached"/> for an id that was not asked for.</returns>
    public DataKeyRef this[TId id] => _keys.GetValueOrDefault(id);

    /// <summary>Gives all keys back.</summary>
    public void Dispose()
    {
        foreach (DataKeyRef key in Interlocked.Exchange(ref _keys, Disposed).Values)
            key.Unhold();
    }

    internal bool Contains(TId id) => _keys.ContainsKey(id);

    /// <summary>Takes over a hold on the key.</summary>
    internal void Add(TId id, DataKeyRef held) => _keys.Add(id, held);
}
