using System.Globalization;

namespace CallIntel.Sdk.IntegrationTests.Attacks.Fuzzing;

/// <summary>How much is tried: a little on every run, all of it with <c>CALLINTEL_LONG_TESTS=1</c>; and from which seed.</summary>
static class FuzzSize
{
    internal static bool IsLong { get; } = Environment.GetEnvironmentVariable("CALLINTEL_LONG_TESTS") == "1";

    /// <summary>Another one each run; <c>CALLINTEL_FUZZ_SEED</c> repeats one that failed.</summary>
    internal static int Seed { get; } =
        Environment.GetEnvironmentVariable("CALLINTEL_FUZZ_SEED") is { Length: > 0 } text
            ? int.Parse(text, CultureInfo.InvariantCulture)
            : Environment.TickCount;

    internal static int Of(int always, int full) => IsLong ? full : always;
}
