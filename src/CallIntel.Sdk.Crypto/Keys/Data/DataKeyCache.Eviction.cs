namespace CallIntel.Sdk.Crypto.Keys;

public sealed partial class DataKeyCache
{
    /// <summary>
    /// Caches a loaded key, or adds its uses to the same key if it is cached. Call it while holding the lock.
    /// </summary>
    CacheEntry Publish(KeyLoad load, KeyId keyId, DataKey? loaded, KeySubject? subject, long uses)
    {
        Guid orgId = load.OrgId;
        (Guid OrgId, KeyId Id) key = (orgId, keyId);
        if (
            _state.Entries.TryGetValue(key, out CacheEntry? entry)
            && (!IsFresh(entry) || (entry.Value is null) != (loaded is null))
        )
        {
            Remove(entry);
            entry = null;
        }

        if (entry is null)
        {
            entry = new CacheEntry(key, loaded, load.StartedAt);
            _state.Entries[key] = entry;
            _state.Queue.Enqueue(entry);
            SweepIn(_options.TimeToLive - Age(entry.LoadedAt));
        }
        else if (!ReferenceEquals(entry.Value, loaded))
        {
            loaded?.Dispose();
        }

        if (uses > 0)
            entry.Value!.AddGrant(uses);

        if (subject is { } known)
        {
            if (_state.Subjects.TryGetValue((orgId, known), out CacheEntry? before) && !ReferenceEquals(before, entry))
                before.Subject = null;

            entry.Subject = known;
            _state.Subjects[(orgId, known)] = entry;
        }

        return entry;
    }

    /// <summary>Evicts keys until the cache is within its capacity. Call it while holding the lock.</summary>
    void Evict()
    {
        while (_state.Entries.Count > _options.Capacity && _state.Queue.TryDequeue(out CacheEntry? entry))
        {
            if (entry.Removed)
                continue;

            if (entry.Referenced)
            {
                entry.Referenced = false;
                _state.Queue.Enqueue(entry);
                continue;
            }

            Remove(entry);
        }
    }

    /// <summary>Removes an entry and releases its key. Call it while holding the lock.</summary>
    void Remove(CacheEntry entry)
    {
        if (entry.Removed)
            return;

        entry.Removed = true;
        _state.Entries.TryRemove(entry.Key, out _);
        if (entry.Subject is { } subject)
            _state.Subjects.TryRemove((entry.Key.OrgId, subject), out _);

        if (entry.Value is not { } key)
            return;

        key.Unhold();
        if (!key.IsHeld)
            return;

        _state.Lingering.Add((key, _timeProvider.GetTimestamp()));
        SweepIn(_options.LeaseDeadline);
    }
}
