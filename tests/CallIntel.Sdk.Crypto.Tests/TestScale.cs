namespace CallIntel.Sdk.Crypto.Tests;

/// <summary>
/// The number of iterations of repetitive tests. The full counts take minutes and are used if CALLINTEL_LONG_TESTS is
/// 1. A mutation run repeats each test a thousand times and sets CALLINTEL_MUTATION_TESTS.
/// </summary>
static class TestScale
{
    internal static bool Mutation { get; } = Environment.GetEnvironmentVariable("CALLINTEL_MUTATION_TESTS") == "1";

    static readonly bool Full = Environment.GetEnvironmentVariable("CALLINTEL_LONG_TESTS") == "1";

    internal static int Count(int normal, int full) =>
        Full ? full
        : Mutation ? Math.Max(normal / 100, 20)
        : normal;
}
