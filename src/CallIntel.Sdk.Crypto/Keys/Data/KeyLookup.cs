namespace CallIntel.Sdk.Crypto.Keys;

/// <summary>The result of looking up a key.</summary>
public enum KeyLookup
{
    /// <summary>The key is not in the cache and has to be loaded.</summary>
    NotCached = 0,

    /// <summary>The key was found.</summary>
    Ready = 1,

    /// <summary>The key was destroyed on purpose.</summary>
    CryptoShredded = 2,

    /// <summary>The org has no such key.</summary>
    Unknown = 3,

    /// <summary>
    /// The stored key was changed: it fails authentication or does not match its id. This result is never cached.
    /// </summary>
    Damaged = 4,
}
