using System.Globalization;

namespace CallIntel.Sdk.IntegrationTests.Attacks.Fuzzing;

/// <summary>
/// The number of attempts and the seed of fuzz tests. <c>CALLINTEL_LONG_TESTS=1</c> selects the full number.
/// </summary>
static class FuzzSize
{
    internal static bool IsLong { get; } = Environment.GetEnvironmentVariable("CALLINTEL_LONG_TESTS") == "1";

    /// <summary>Gets the seed. It differs in each run; set <c>CALLINTEL_FUZZ_SEED</c> to repeat a failed run.</summary>
    internal static int Seed { get; } =
        Environment.GetEnvironmentVariable("CALLINTEL_FUZZ_SEED") is { Length: > 0 } text
            ? int.Parse(text, CultureInfo.InvariantCulture)
            : Environment.TickCount;

    /// <summary>Returns one of two numbers of attempts.</summary>
    internal static int Choose(int normal, int full) => IsLong ? full : normal;
}
