using System.Collections.Concurrent;

namespace CallIntel.Sdk.Crypto.Keys;

/// <summary>
/// Data keys in memory: bounded, for a limited time, each (org, key id) loaded once however many ask, zeroed when evicted and no longer
/// leased or past the deadline of its leases. Knows which keys are shredded. Finds a cached key synchronously and
/// without allocation.
/// </summary>
/// <remarks>
/// Thread-safe. Time is the monotonic timestamp of the clock, so a wall clock that jumps changes nothing. Uses reserved for a key that is
/// evicted before they are spent are wasted, never exceeded.
/// </remarks>
public sealed partial class DataKeyCache : IDisposable
{
    private readonly IDataKeyStore _store;
    private readonly OrgKeyRing _orgKeys;
    private readonly DataKeyCacheOptions _options;
    private readonly TimeProvider _timeProvider;
    private readonly ITimer _sweeper;
    private readonly Lock _gate = new();
    private readonly ConcurrentDictionary<CacheKey, CacheEntry> _entries = [];
    private readonly ConcurrentDictionary<(Guid OrgId, KeySubject Subject), CacheEntry> _subjects = [];
    private bool _disposed;

    /// <summary>Creates the cache.</summary>
    /// <param name="store">Keeps the wrapped keys.</param>
    /// <param name="orgKeys">Unwraps them. Not disposed by the cache.</param>
    /// <param name="options">The bounds. Default: those of <see cref="DataKeyCacheOptions"/>.</param>
    /// <param name="timeProvider">The clock. Default: the system's.</param>
    /// <exception cref="ArgumentOutOfRangeException">A bound is not allowed.</exception>
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
        _sweeper = _timeProvider.CreateTimer(
            static cache => ((DataKeyCache)cache!).Sweep(),
            this,
            Timeout.InfiniteTimeSpan,
            Timeout.InfiniteTimeSpan
        );
    }

    /// <summary>How many keys are cached now, shredded ones counted too.</summary>
    public int Count => _entries.Count;

    /// <summary>Finds a key to decrypt with. Synchronous, no allocation, no store.</summary>
    /// <param name="orgId">The org.</param>
    /// <param name="keyId">The id, from the envelope.</param>
    /// <param name="lease">The key, or that it is shredded. To be disposed.</param>
    /// <returns><see langword="false"/> if the key has to be loaded by <see cref="RentAsync"/> or <see cref="RentManyAsync"/>.</returns>
    public bool TryRent(Guid orgId, in KeyId keyId, out DataKeyLease lease)
    {
        bool held = TryHold(orgId, keyId, out DataKeyRef key);
        lease = DataKeyLease.TakeOver(key);
        return held;
    }

    /// <summary>Finds the active key of a subject, to encrypt with. Synchronous, no allocation, no store.</summary>
    /// <param name="orgId">The org.</param>
    /// <param name="demand">Whose data, and how many values.</param>
    /// <param name="lease">The key, with as many uses reserved when it was found: others may spend them too. To be disposed.</param>
    /// <returns><see langword="false"/> if the key or its uses have to be got by <see cref="RentForEncryptionAsync"/>.</returns>
    public bool TryRentForEncryption(Guid orgId, KeyDemand demand, out DataKeyLease lease)
    {
        bool held = TryHoldForEncryption(orgId, demand, out DataKeyRef key);
        lease = DataKeyLease.TakeOver(key);
        return held;
    }

    /// <summary>Forgets a key, here and in loads that are under way. Call it when a key was shredded, in every process.</summary>
    /// <param name="orgId">The org.</param>
    /// <param name="keyId">The key.</param>
    /// <remarks>
    /// Leases that are held go on working until they are disposed, for <see cref="DataKeyCacheOptions.LeaseDeadline"/>
    /// at most.
    /// </remarks>
    public void Invalidate(Guid orgId, KeyId keyId)
    {
        lock (_gate)
        {
            foreach (KeyLoad load in _loads)
            {
                if (load.OrgId == orgId)
                    load.Invalidated.Add(keyId);
            }

            if (_entries.TryGetValue(new CacheKey(orgId, keyId), out CacheEntry? entry))
                Remove(entry);
        }
    }

    /// <summary>Forgets all keys, here and in loads that are under way. Call it when messages about shredded keys may have been missed.</summary>
    /// <remarks>
    /// Leases that are held go on working for <see cref="DataKeyCacheOptions.LeaseDeadline"/> at most. Uses reserved
    /// for keys that encrypt are wasted.
    /// </remarks>
    public void InvalidateAll()
    {
        lock (_gate)
        {
            foreach (KeyLoad load in _loads)
                load.AllInvalidated = true;

            foreach (CacheEntry entry in _entries.Values)
                Remove(entry);
        }
    }

    /// <summary>
    /// Zeroes all keys as soon as no running call uses them. Leases that are still held no longer work.
    /// </summary>
    public void Dispose()
    {
        _sweeper.Dispose();
        lock (_gate)
        {
            _disposed = true;
            foreach (CacheEntry entry in _entries.Values)
                Remove(entry);

            foreach ((DataKey key, _) in _lingering)
                key.Cipher.Close();

            _lingering.Clear();
        }
    }

    private bool TryHold(Guid orgId, in KeyId keyId, out DataKeyRef held)
    {
        if (_entries.TryGetValue(new CacheKey(orgId, keyId), out CacheEntry? entry))
            return TryHold(entry, out held);

        held = default;
        return false;
    }

    private bool TryHoldForEncryption(Guid orgId, KeyDemand demand, out DataKeyRef held)
    {
        held = default;
        return _subjects.TryGetValue((orgId, demand.Subject), out CacheEntry? entry)
            && (entry.Value is null || entry.Value.Allowance >= demand.Uses)
            && TryHold(entry, out held);
    }

    private bool TryHold(CacheEntry entry, out DataKeyRef held)
    {
        if (IsFresh(entry))
        {
            if (!entry.Referenced)
                entry.Referenced = true;

            held = entry.Hold();
            return held.Status != KeyLookup.NotCached;
        }

        lock (_gate)
            Remove(entry);

        held = default;
        return false;
    }

    private bool IsFresh(CacheEntry entry) => IsFresh(entry.LoadedAt);

    private bool IsFresh(long loadedAt)
    {
        TimeSpan age = Age(loadedAt);
        return age >= TimeSpan.Zero && age < _options.TimeToLive;
    }
}
