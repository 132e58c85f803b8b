namespace CallIntel.Sdk.Crypto.BlindIndex;

/// <summary>The blind-index keys of one domain under all live versions of an org's root: one writes, all of them find.</summary>
/// <remarks>Thread-safe. While a root is rotated two versions live: write with <see cref="Active"/>, search with every one of <see cref="All"/>.</remarks>
public sealed class BlindIndexKeys : IDisposable
{
    private readonly BlindIndexKey[] _keys;

    internal BlindIndexKeys(IEnumerable<BlindIndexKey> keys, CallIntelException? fault)
        : this(keys) => Fault = fault;

    /// <summary>Takes the keys over.</summary>
    /// <param name="keys">The keys, the active one first.</param>
    /// <exception cref="ArgumentException">There is none, or two have the same version, or they differ in org or domain.</exception>
    public BlindIndexKeys(IEnumerable<BlindIndexKey> keys)
    {
        _keys = [.. keys];
        if (
            _keys.Length == 0
            || _keys.DistinctBy(k => k.Version).Count() != _keys.Length
            || _keys.DistinctBy(k => (k.OrgId, k.Domain)).Count() != 1
        )
            throw new ArgumentException(
                "Give one key or more of one org and one domain, each of another version.",
                nameof(keys)
            );
    }

    /// <summary>The key that writes.</summary>
    public BlindIndexKey Active => _keys[0];

    /// <summary>The keys that find, the active one first.</summary>
    public IReadOnlyList<BlindIndexKey> All => _keys;

    /// <summary>Why an older version is missing from <see cref="All"/>; <see langword="null"/> when none is.</summary>
    /// <remarks>A search that finds a value under the other versions is right. One that finds nothing must throw this: the value may be on file under the version that cannot be read.</remarks>
    public CallIntelException? Fault { get; }

    /// <summary>Computes the index of one value under every version, for a search.</summary>
    /// <param name="kind">What the value is.</param>
    /// <param name="value">The value as UTF-8, normalised.</param>
    /// <param name="destination">At least as long as <see cref="All"/>.</param>
    /// <returns>How many were written.</returns>
    /// <exception cref="ArgumentException">The value is not normalised, or the destination is too small.</exception>
    public int ComputeAll(BlindIndexKind kind, ReadOnlySpan<byte> value, Span<Guid> destination)
    {
        if (destination.Length < _keys.Length)
            throw new ArgumentException(
                "The destination has to be as long as there are versions.",
                nameof(destination)
            );

        for (int i = 0; i < _keys.Length; i++)
            destination[i] = _keys[i].Compute(kind, value);

        return _keys.Length;
    }

    /// <summary>Zeroes the keys.</summary>
    public void Dispose()
    {
        foreach (BlindIndexKey key in _keys)
            key.Dispose();
    }
}
