namespace CallIntel.Sdk.Testing.Attacks;

/// <summary>Numbers that a seed repeats, for fuzzing; SplitMix64. Nothing secret may be drawn from it.</summary>
internal sealed class SeededDraws(int seed)
{
    ulong _state = (ulong)(uint)seed * 0x9E3779B97F4A7C15;

    /// <summary>From 0 to below the limit.</summary>
    internal int Next(int limit) => (int)(Bits() % (ulong)limit);

    /// <summary>From the first to below the limit.</summary>
    internal int Next(int first, int limit) => first + Next(limit - first);

    internal ulong Bits()
    {
        ulong z = _state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
