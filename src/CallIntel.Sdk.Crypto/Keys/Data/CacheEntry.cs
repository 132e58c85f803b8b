namespace CallIntel.Sdk.Crypto.Keys;

/// <summary>A cached key, or the fact that the key was crypto-shredded.</summary>
sealed class CacheEntry((Guid OrgId, KeyId Id) key, DataKey? value, long loadedAt)
{
    /// <summary>The org is part of the identity: the same key id requested by another org is another entry.</summary>
    internal (Guid OrgId, KeyId Id) Key => key;

    internal DataKey? Value => value;

    internal long LoadedAt => loadedAt;

    /// <summary>Whether the key was used since the eviction queue last passed it.</summary>
    internal bool Referenced { get; set; }

    /// <summary>The subject that the key encrypts for, if any. Guarded by the cache's lock.</summary>
    internal KeySubject? Subject { get; set; }

    /// <summary>Whether the entry was removed from the cache. Guarded by the cache's lock.</summary>
    internal bool Removed { get; set; }

    /// <summary>Returns the key, held for the caller; the default value if the key is gone.</summary>
    internal DataKeyRef Hold()
    {
        if (value is null)
            return new DataKeyRef(KeyLookup.CryptoShredded, null);

        return value.TryHold() ? new DataKeyRef(KeyLookup.Ready, value) : default;
    }
}
