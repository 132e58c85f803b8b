namespace CallIntel.Sdk.Crypto.Keys;

/// <summary>What a key cache knows about a key.</summary>
public enum KeyLookup
{
    /// <summary>Nothing: it has to be loaded.</summary>
    NotCached = 0,

    /// <summary>The key is there.</summary>
    Ready = 1,

    /// <summary>The key was destroyed on purpose.</summary>
    Shredded = 2,

    /// <summary>The org has no such key.</summary>
    Unknown = 3,

    /// <summary>The stored key was changed: it does not authenticate, or is not the key its id says. Never cached.</summary>
    Damaged = 4,
}
