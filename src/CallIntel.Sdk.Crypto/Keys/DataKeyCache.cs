using System.Collections.Concurrent;

namespace CallIntel.Sdk.Crypto.Keys;

/// <summary>
/// Data keys in memory: bounded, for a limited time, each (org, key id) loaded once however many ask, zeroed when evicted and no longer
/// leased. Knows which keys are shredded. Finds a cached key synchronously and without allocation.
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
    public DataKeyCache(IDataKeyStore store, OrgKeyRing orgKeys, DataKeyCacheOptions? options = null, TimeProvider? timeProvider = null)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(orgKeys);
        options ??= new DataKeyCacheOptions();
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Capacity, 1, nameof(options));
        ArgumentOutOfRangeException.ThrowIfLessThan(options.ReservationBlock, 1, nameof(options));
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(options.TimeToLive, TimeSpan.Zero, nameof(options));
        _store = store;
        _orgKeys = orgKeys;
        _options = options;
        _timeProvider = timeProvider ?? TimeProvider.System;
        _sweeper = _timeProvider.CreateTimer(static cache => ((DataKeyCache)cache!).Sweep(), this, options.TimeToLive, options.TimeToLive);
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
        if (_entries.TryGetValue(new CacheKey(orgId, keyId), out CacheEntry? entry))
            return TryRent(entry, out lease);

        lease = default;
        return false;
    }

    /// <summary>Finds the active key of a subject, to encrypt with. Synchronous, no allocation, no store.</summary>
    /// <param name="orgId">The org.</param>
    /// <param name="demand">Whose data, and how many values.</param>
    /// <param name="lease">The key, with as many uses reserved when it was found: others may spend them too. To be disposed.</param>
    /// <returns><see langword="false"/> if the key or its uses have to be got by <see cref="RentForEncryptionAsync"/>.</returns>
    public bool TryRentForEncryption(Guid orgId, KeyDemand demand, out DataKeyLease lease)
    {
        lease = default;
        return _subjects.TryGetValue((orgId, demand.Subject), out CacheEntry? entry)
            && (entry.Value is null || entry.Value.Allowance >= demand.Uses)
            && TryRent(entry, out lease);
    }

    /// <summary>Forgets a key, here and in loads that are under way. Call it when a key was shredded, in every process.</summary>
    /// <param name="orgId">The org.</param>
    /// <param name="keyId">The key.</param>
    /// <remarks>Leases that are held go on working until they are disposed.</remarks>
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

    /// <summary>Zeroes all keys that are not leased.</summary>
    public void Dispose()
    {
        _sweeper.Dispose();
        lock (_gate)
        {
            _disposed = true;
            foreach (CacheEntry entry in _entries.Values)
                Remove(entry);
        }
    }

    private bool TryRent(CacheEntry entry, out DataKeyLease lease)
    {
        if (IsFresh(entry))
        {
            if (!entry.Referenced)
                entry.Referenced = true;

            lease = entry.Rent();
            return lease.Status != KeyLookup.NotCached;
        }

        lock (_gate)
            Remove(entry);

        lease = default;
        return false;
    }

    private bool IsFresh(CacheEntry entry)
    {
        TimeSpan age = _timeProvider.GetElapsedTime(entry.LoadedAt);
        return age >= TimeSpan.Zero && age < _options.TimeToLive;
    }
}
