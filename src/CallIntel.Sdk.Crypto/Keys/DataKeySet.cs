namespace CallIntel.Sdk.Crypto.Keys;

/// <summary>Leases of the keys of one batch: whatever the cache evicts meanwhile, these keys stay until the set is disposed.</summary>
/// <typeparam name="TId"><see cref="KeyId"/> to decrypt, <see cref="KeySubject"/> to encrypt.</typeparam>
/// <remarks>Reading is thread-safe; disposing is not safe against reading.</remarks>
public sealed class DataKeySet<TId> : IDisposable
    where TId : struct, IEquatable<TId>
{
    private readonly Dictionary<TId, DataKeyLease> _leases;

    internal DataKeySet(int capacity) => _leases = new Dictionary<TId, DataKeyLease>(capacity);

    /// <summary>How many different keys were asked for.</summary>
    public int Count => _leases.Count;

    /// <summary>The answer about one key. Owned by the set: do not dispose it.</summary>
    /// <param name="id">One of the ids that were asked for.</param>
    /// <returns>The lease; <see cref="KeyLookup.NotCached"/> for an id that was not asked for.</returns>
    public DataKeyLease this[TId id] => _leases.TryGetValue(id, out DataKeyLease lease) ? lease : default;

    /// <summary>Gives all keys back.</summary>
    public void Dispose()
    {
        foreach (DataKeyLease lease in _leases.Values)
            lease.Dispose();

        _leases.Clear();
    }

    internal bool Contains(TId id) => _leases.ContainsKey(id);

    internal void Add(TId id, DataKeyLease lease) => _leases.Add(id, lease);
}
