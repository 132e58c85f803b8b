namespace CallIntel.Sdk.Crypto.Tests;

/// <summary>How much a repetitive test repeats: the full counts take minutes and run when CALLINTEL_LONG_TESTS is 1; a mutation run, which repeats each test a thousand times, sets CALLINTEL_MUTATION_TESTS.</summary>
internal static class TestScale
{
    internal static bool Mutation { get; } = Environment.GetEnvironmentVariable("CALLINTEL_MUTATION_TESTS") == "1";

    private static readonly bool Full = Environment.GetEnvironmentVariable("CALLINTEL_LONG_TESTS") == "1";

    internal static int Count(int normal, int full) =>
        Full ? full
        : Mutation ? Math.Max(normal / 100, 20)
        : normal;
}
