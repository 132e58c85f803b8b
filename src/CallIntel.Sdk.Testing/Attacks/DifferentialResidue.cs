using System.Text.RegularExpressions;

namespace CallIntel.Sdk.Testing.Attacks;

/// <summary>
/// What differential fuzzing does not count as a difference, all of it. Each line is admitted in <c>docs/threat-model.md</c>: numbers of rows of all orgs
/// together, and time.
/// </summary>
internal static partial class DifferentialResidue
{
    /// <summary>A statement that was cancelled by its time-out in one of the runs proves nothing: time is not compared.</summary>
    internal static bool IsTiming(string sqlState) => sqlState is "57014" or "55P03" or "40001" or "40P01";

    /// <summary>A line of a plan without what counts rows or pages of all orgs together. Estimates of costs and rows stay.</summary>
    internal static string Strip(string line) => Counted().IsMatch(line) ? "" : line;

    /// <summary>"Rows Removed by Filter: 12", memory and disk used by sorts and hashes, pages of a bitmap, workers that were free.</summary>
    [GeneratedRegex(
        @"^\s*(Rows Removed by|Sort Method|Buckets:|Batches:|Heap Blocks:|Workers Launched|Cache Key|Hits:|Memory|Full-sort)"
    )]
    private static partial Regex Counted();
}
