namespace CallIntel.Sdk.Crypto.Keys;

public sealed partial class DataKeyCache
{
    // Second chance: the hand passes entries in the order they came and evicts the first one nobody used since it last passed.
    private readonly Queue<CacheEntry> _hand = new();

    /// <summary>Puts a loaded key into the table, or adds its uses to the same key that is there. Under the gate.</summary>
    private CacheEntry Publish(KeyLoad load, KeyId keyId, DataKey? loaded, KeySubject? subject, long uses)
    {
        Guid orgId = load.OrgId;
        var key = new CacheKey(orgId, keyId);
        if (
            _entries.TryGetValue(key, out CacheEntry? entry)
            && (!IsFresh(entry) || (entry.Value is null) != (loaded is null))
        )
        {
            Remove(entry);
            entry = null;
        }

        if (entry is null)
        {
            entry = new CacheEntry(key, loaded, load.StartedAt);
            _entries[key] = entry;
            _hand.Enqueue(entry);
            SweepIn(_options.TimeToLive - Age(entry.LoadedAt));
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

        if (entry.Value is not { } key)
            return;

        key.Unhold();
        if (!key.IsHeld)
            return;

        _lingering.Add((key, _timeProvider.GetTimestamp()));
        SweepIn(_options.LeaseDeadline);
    }
}
