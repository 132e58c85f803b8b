namespace CallIntel.Sdk.Crypto.Keys;

/// <summary>
/// Caches data keys in bounded memory and for a limited time. Concurrent requests for a key share one load. Finding a
/// cached key is synchronous and allocates nothing.
/// </summary>
/// <remarks>
/// Thread-safe. A key is zeroed when it left the cache and is no longer leased, or when the deadline of its leases
/// passes. Times are measured with the monotonic timestamp of the clock. Reserved uses of a key that is evicted are
/// wasted, but never exceeded.
/// </remarks>
public sealed partial class DataKeyCache : IDisposable
{
    readonly IDataKeyStore _store;
    readonly OrgKeyRing _orgKeys;
    readonly DataKeyCacheOptions _options;
    readonly TimeProvider _timeProvider;
    readonly State _state;
    readonly bool _isView;

    /// <summary>Creates the cache.</summary>
    /// <param name="store">Stores the wrapped keys.</param>
    /// <param name="orgKeys">Unwraps the keys. The cache does not dispose it.</param>
    /// <param name="options">The limits. Default: those of <see cref="DataKeyCacheOptions"/>.</param>
    /// <param name="timeProvider">The clock. Only its monotonic timestamp is used. Default: the system clock.</param>
    /// <exception cref="ArgumentOutOfRangeException">A limit is out of range.</exception>
    public DataKeyCache(
        IDataKeyStore store,
        OrgKeyRing orgKeys,
        DataKeyCacheOptions? options = null,
        TimeProvider? timeProvider = null
    )
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(orgKeys);
        options ??= new DataKeyCacheOptions();
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Capacity, 1, nameof(options));
        ArgumentOutOfRangeException.ThrowIfLessThan(options.ReservationBlock, 1, nameof(options));
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(options.TimeToLive, TimeSpan.Zero, nameof(options));
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(options.LeaseDeadline, TimeSpan.Zero, nameof(options));
        _store = store;
        _orgKeys = orgKeys;
        _options = options;
        _timeProvider = timeProvider ?? TimeProvider.System;
        _state = new State(
            _timeProvider.CreateTimer(
                static cache => ((DataKeyCache)cache!).Sweep(),
                this,
                Timeout.InfiniteTimeSpan,
                Timeout.InfiniteTimeSpan
            )
        );
    }

    DataKeyCache(DataKeyCache shared, IDataKeyStore store, OrgKeyRing orgKeys)
    {
        (_options, _timeProvider, _state) = (shared._options, shared._timeProvider, shared._state);
        (_store, _orgKeys) = (store, orgKeys);
        _isView = true;
    }

    /// <summary>Gets the number of cached keys, including keys known to be crypto-shredded.</summary>
    public int Count => _state.Entries.Count;

    /// <summary>
    /// Returns a view of this cache: it shares the keys, running loads and limits, and calls another store for keys
    /// that are not cached. Use it if keys are read and created with the permissions of a caller.
    /// </summary>
    /// <param name="store">Stores the same keys, seen by one caller.</param>
    /// <param name="orgKeys">
    /// Unwraps the keys: usually a view of the same ring, see <see cref="OrgKeyRing.WithStore"/>.
    /// </param>
    /// <returns>The view. Disposing it has no effect.</returns>
    /// <remarks>
    /// A key that one caller loaded is available to all views, so check permissions before you ask for a key.
    /// </remarks>
    public DataKeyCache WithStore(IDataKeyStore store, OrgKeyRing orgKeys)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(orgKeys);
        return new DataKeyCache(this, store, orgKeys);
    }

    /// <summary>Finds a cached key to decrypt with, without allocation and without a call to the store.</summary>
    /// <param name="orgId">The org.</param>
    /// <param name="keyId">The key id from the envelope.</param>
    /// <param name="lease">The key, or the information that it is crypto-shredded. The caller disposes it.</param>
    /// <returns>
    /// <see langword="false"/> if the key is not cached. Load it with <see cref="RentAsync"/> or
    /// <see cref="RentManyAsync"/>.
    /// </returns>
    public bool TryRent(Guid orgId, in KeyId keyId, out DataKeyLease lease)
    {
        bool held = TryHold(orgId, keyId, out DataKeyRef key);
        lease = DataKeyLease.TakeOver(key);
        return held;
    }

    /// <summary>
    /// Finds the cached active key of a subject to encrypt with, without allocation and without a call to the store.
    /// </summary>
    /// <param name="orgId">The org.</param>
    /// <param name="demand">The subject and the number of values to encrypt.</param>
    /// <param name="lease">
    /// The key. It had enough uses when it was found, but concurrent callers can spend them. The caller disposes it.
    /// </param>
    /// <returns>
    /// <see langword="false"/> if the key is not cached or has too few uses. Load it with
    /// <see cref="RentForEncryptionAsync"/>.
    /// </returns>
    public bool TryRentForEncryption(Guid orgId, KeyDemand demand, out DataKeyLease lease)
    {
        bool held = TryHoldForEncryption(orgId, demand, out DataKeyRef key);
        lease = DataKeyLease.TakeOver(key);
        return held;
    }

    /// <summary>
    /// Removes a key from the cache and from running loads. Call it in every process when a key was crypto-shredded.
    /// </summary>
    /// <param name="orgId">The org.</param>
    /// <param name="keyId">The id of the key.</param>
    /// <remarks>
    /// Existing leases keep working until they are disposed, at most for
    /// <see cref="DataKeyCacheOptions.LeaseDeadline"/>.
    /// </remarks>
    public void Invalidate(Guid orgId, KeyId keyId)
    {
        lock (_state.Gate)
        {
            foreach (KeyLoad load in _state.Loads)
            {
                if (load.OrgId == orgId)
                    load.Invalidated.Add(keyId);
            }

            if (_state.Entries.TryGetValue((orgId, keyId), out CacheEntry? entry))
                Remove(entry);
        }
    }

    /// <summary>
    /// Removes all keys from the cache and from running loads. Call it when the process may have missed notifications
    /// about crypto-shredded keys.
    /// </summary>
    /// <remarks>
    /// Existing leases keep working at most for <see cref="DataKeyCacheOptions.LeaseDeadline"/>. Reserved uses of the
    /// removed keys are wasted.
    /// </remarks>
    public void InvalidateAll()
    {
        lock (_state.Gate)
        {
            foreach (KeyLoad load in _state.Loads)
                load.AllInvalidated = true;

            foreach (CacheEntry entry in _state.Entries.Values)
                Remove(entry);
        }
    }

    /// <summary>Zeroes all keys when the calls that are running now end. Existing leases stop working.</summary>
    public void Dispose()
    {
        if (_isView)
            return;

        _state.Sweeper.Dispose();
        lock (_state.Gate)
        {
            _state.IsDisposed = true;
            foreach (CacheEntry entry in _state.Entries.Values)
                Remove(entry);

            foreach ((DataKey key, _) in _state.Lingering)
                key.Cipher.Close();

            _state.Lingering.Clear();
        }
    }

    bool TryHold(Guid orgId, in KeyId keyId, out DataKeyRef held)
    {
        if (_state.Entries.TryGetValue((orgId, keyId), out CacheEntry? entry))
            return TryHold(entry, out held);

        held = default;
        return false;
    }

    bool TryHoldForEncryption(Guid orgId, KeyDemand demand, out DataKeyRef held)
    {
        held = default;
        return _state.Subjects.TryGetValue((orgId, demand.Subject), out CacheEntry? entry)
            && (entry.Value is null || entry.Value.Allowance >= demand.Uses)
            && TryHold(entry, out held);
    }

    bool TryHold(CacheEntry entry, out DataKeyRef held)
    {
        if (IsFresh(entry))
        {
            if (!entry.Referenced)
                entry.Referenced = true;

            held = entry.Hold();
            return held.Status != KeyLookup.NotCached;
        }

        lock (_state.Gate)
            Remove(entry);

        held = default;
        return false;
    }

    bool IsFresh(CacheEntry entry) => IsFresh(entry.LoadedAt);

    bool IsFresh(long loadedAt)
    {
        TimeSpan age = Age(loadedAt);
        return age >= TimeSpan.Zero && age < _options.TimeToLive;
    }
}
