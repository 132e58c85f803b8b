namespace CallIntel.Sdk.Crypto.Keys;

/// <summary>
/// The hold of one lease on a key. It is released once, however many copies of the lease are disposed: each lease gets
/// a new number, and only the first release with the current number counts. The object is reused for the next lease of
/// the thread.
/// </summary>
sealed class KeyHold
{
    [ThreadStatic]
    static KeyHold? _spare;

    DataKey? _key;
    long _generation;

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
        // A copy of an earlier lease has an older number, even if this object serves another lease by now.
        if (Interlocked.CompareExchange(ref _generation, generation + 1, generation) != generation)
            return;

        DataKey key = _key!;
        _key = null;
        _spare = this;
        key.Unhold();
    }
}
