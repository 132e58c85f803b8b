namespace CallIntel.Sdk.Crypto.Keys;

/// <summary>The identity of a cached key: the same id asked for by another org is another entry.</summary>
internal readonly record struct CacheKey(Guid OrgId, KeyId Id);

/// <summary>One cached key, or the knowledge that it was shredded.</summary>
internal sealed class CacheEntry(CacheKey key, DataKey? value, long loadedAt)
{
    internal CacheKey Key => key;

    internal DataKey? Value => value;

    internal long LoadedAt => loadedAt;

    /// <summary>Used since the clock hand last passed.</summary>
    internal bool Referenced { get; set; }

    /// <summary>Whom it encrypts for, when it does. Under the cache's gate.</summary>
    internal KeySubject? Subject { get; set; }

    /// <summary>No longer in the table. Under the cache's gate.</summary>
    internal bool Removed { get; set; }

    /// <summary>The answer, held for the caller; the default value if the key is gone.</summary>
    internal DataKeyRef Hold()
    {
        if (value is null)
            return new DataKeyRef(KeyLookup.Shredded, null);

        return value.TryHold() ? new DataKeyRef(KeyLookup.Ready, value) : default;
    }
}
