namespace CallIntel.Sdk.Crypto.Keys;

/// <summary>
/// One hold of one lease on a key, given back once however many copies of the lease are disposed: each use of this
/// object has a number of its
/// own, and only the first release that names the present one counts. Used again for the next lease of the thread.
/// </summary>
internal sealed class KeyHold
{
    [ThreadStatic]
    private static KeyHold? _spare;

    private DataKey? _key;
    private long _generation;

    /// <summary>Takes over a hold on a key.</summary>
    internal static KeyHold Take(DataKey held, out long generation)
    {
        KeyHold hold = _spare ?? new KeyHold();
        _spare = null;
        hold._key = held;
        generation = hold._generation;
        return hold;
    }

    internal void Release(long generation)
    {
        // A stale copy names an older number, also when this object serves another lease by now.
        if (Interlocked.CompareExchange(ref _generation, generation + 1, generation) != generation)
            return;

        DataKey key = _key!;
        _key = null;
        _spare = this;
        key.Unhold();
    }
}
