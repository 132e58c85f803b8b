namespace CallIntel.Sdk.Testing.Attacks;

/// <summary>
/// Generates pseudo-random numbers for fuzzing. The same seed generates the same numbers on every runtime (SplitMix64).
/// Not for secrets.
/// </summary>
sealed class SeededRandom(int seed)
{
    ulong _state = (ulong)(uint)seed * 0x9E3779B97F4A7C15;

    /// <summary>Returns a number from 0 to <paramref name="limit"/>, exclusive.</summary>
    internal int Next(int limit) => (int)(Bits() % (ulong)limit);

    /// <summary>Returns a number from <paramref name="first"/> to <paramref name="limit"/>, exclusive.</summary>
    internal int Next(int first, int limit) => first + Next(limit - first);

    /// <summary>Returns 64 random bits.</summary>
    internal ulong Bits()
    {
        ulong z = _state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
