namespace CallIntel.Sdk.Crypto.Keys;

public sealed partial class DataKeyCache
{
    // Second chance: the hand passes entries in the order they came and evicts the first one nobody used since it last passed.
    private readonly Queue<CacheEntry> _hand = new();

    /// <summary>Puts a loaded key into the table, or adds its uses to the same key that is there. Under the gate.</summary>
    private CacheEntry Publish(Guid orgId, KeyId keyId, DataKey? loaded, KeySubject? subject, long uses)
    {
        var key = new CacheKey(orgId, keyId);
        if (_entries.TryGetValue(key, out CacheEntry? entry) && (!IsFresh(entry) || (entry.Value is null) != (loaded is null)))
        {
            Remove(entry);
            entry = null;
        }

        if (entry is null)
        {
            entry = new CacheEntry(key, loaded, _timeProvider.GetTimestamp());
            _entries[key] = entry;
            _hand.Enqueue(entry);
        }
        else if (!ReferenceEquals(entry.Value, loaded))
        {
            loaded?.Dispose();
        }

        if (uses > 0)
            entry.Value!.AddGrant(uses, uses);

        if (subject is { } known)
        {
            if (_subjects.TryGetValue((orgId, known), out CacheEntry? before) && !ReferenceEquals(before, entry))
                before.Subject = null;

            entry.Subject = known;
            _subjects[(orgId, known)] = entry;
        }

        return entry;
    }

    /// <summary>Brings the table back within its bound. Under the gate.</summary>
    private void Evict()
    {
        while (_entries.Count > _options.Capacity && _hand.TryDequeue(out CacheEntry? entry))
        {
            if (entry.Removed)
                continue;

            if (entry.Referenced)
            {
                entry.Referenced = false;
                _hand.Enqueue(entry);
                continue;
            }

            Remove(entry);
        }
    }

    /// <summary>Takes an entry out and lets its key go. Under the gate.</summary>
    private void Remove(CacheEntry entry)
    {
        if (entry.Removed)
            return;

        entry.Removed = true;
        _entries.TryRemove(entry.Key, out _);
        if (entry.Subject is { } subject)
            _subjects.TryRemove((entry.Key.OrgId, subject), out _);

        entry.Value?.Dispose();
    }

    /// <summary>Zeroes keys whose time is over although nobody asks for them.</summary>
    private void Sweep()
    {
        lock (_gate)
        {
            for (int left = _hand.Count; left > 0; left--)
            {
                CacheEntry entry = _hand.Dequeue();
                if (!entry.Removed && !IsFresh(entry))
                    Remove(entry);

                if (!entry.Removed)
                    _hand.Enqueue(entry);
            }
        }
    }
}
