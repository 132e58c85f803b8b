namespace CallIntel.Sdk.Crypto.BlindIndex;

/// <summary>The blind-index keys of one org and domain: one for each version of the org's blind-index key.</summary>
/// <remarks>
/// Thread-safe. During a rotation there are two versions. Store indexes under <see cref="Active"/>, and search under
/// every key of <see cref="All"/>.
/// </remarks>
public sealed class BlindIndexKeys : IDisposable
{
    internal BlindIndexKeys(IReadOnlyList<BlindIndexKey> keys, CallIntelException? fault)
    {
        All = keys;
        Fault = fault;
    }

    /// <summary>Gets the key to store indexes under.</summary>
    public BlindIndexKey Active => All[0];

    /// <summary>Gets the keys to search under, the active one first.</summary>
    public IReadOnlyList<BlindIndexKey> All { get; }

    /// <summary>Gets why <see cref="All"/> lacks an older version; <see langword="null"/> if it is complete.</summary>
    /// <remarks>
    /// If a search finds nothing and this is not null, throw it: the value may be stored under the version that could
    /// not be unwrapped.
    /// </remarks>
    public CallIntelException? Fault { get; }

    /// <summary>Zeroes the keys.</summary>
    public void Dispose()
    {
        foreach (BlindIndexKey key in All)
            key.Dispose();
    }
}
