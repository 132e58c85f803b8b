using System.Text.RegularExpressions;

namespace CallIntel.Sdk.Testing.Attacks;

/// <summary>
/// Everything that differential fuzzing does not count as a difference: numbers of rows of all orgs together, and time.
/// <c>docs/threat-model.md</c> lists both as accepted side channels.
/// </summary>
static partial class DifferentialExclusions
{
    /// <summary>
    /// Returns whether an error depends on time: a time-out, a failed serialization or a deadlock. The statement then
    /// proves nothing.
    /// </summary>
    internal static bool IsTiming(string sqlState) => sqlState is "57014" or "55P03" or "40001" or "40P01";

    /// <summary>
    /// Removes a line of a plan that counts rows or pages of all orgs together. Lines with estimates are not removed.
    /// </summary>
    internal static string Strip(string line) => Counted().IsMatch(line) ? "" : line;

    /// <summary>
    /// Matches removed rows, the memory and disk space of sorts and hashes, pages of a bitmap and free workers.
    /// </summary>
    [GeneratedRegex(
        @"^\s*(Rows Removed by|Sort Method|Buckets:|Batches:|Heap Blocks:|Workers Launched|Cache Key|Hits:|Memory"
            + "|Full-sort)"
    )]
    private static partial Regex Counted();
}
