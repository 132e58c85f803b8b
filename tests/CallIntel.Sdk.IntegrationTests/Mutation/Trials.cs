using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using CallIntel.Sdk.Testing;

namespace CallIntel.Sdk.IntegrationTests.Mutation;

/// <summary>The outcome of a mutant.</summary>
enum Outcome
{
    /// <summary>A test failed.</summary>
    Killed,

    /// <summary>No test failed, and equivalent.txt explains why none can.</summary>
    Equivalent,

    /// <summary>No test failed.</summary>
    Survived,
}

/// <summary>The result of trying a mutant.</summary>
/// <param name="Outcome">The outcome.</param>
/// <param name="Reason">The test case that killed the mutant, or the reason why no test can.</param>
sealed record Verdict(Outcome Outcome, string Reason);

/// <summary>
/// Runs the tests on mutants, each in a new database. Tries the test case first that killed the mutant in the last run,
/// then those that killed other mutants of its group, then the classes that call its function.
/// </summary>
sealed partial class Trials(Oracle oracle, MigratedTemplate template, PastResults past, Coverage coverage)
{
    readonly ConcurrentDictionary<string, ConcurrentDictionary<string, int>> _kills = [];

    internal async Task<Verdict> TryAsync(SqlMutant mutant, string? equivalent)
    {
        string? killer = await FindKillerAsync(mutant);
        past.Record(mutant, killer);
        return Judge(killer ?? "", equivalent);
    }

    /// <summary>Returns the verdict on a mutant.</summary>
    /// <param name="killer">The test case that killed it; empty if it survived.</param>
    /// <param name="equivalent">The reason why no test can kill it. Null if none is known.</param>
    internal static Verdict Judge(string killer, string? equivalent) =>
        (killer.Length > 0, equivalent) switch
        {
            (true, null) => new(Outcome.Killed, killer),
            (true, _) => new(Outcome.Killed, $"{killer}; remove it from equivalent.txt"),
            (false, null) => new(Outcome.Survived, ""),
            (false, _) => new(Outcome.Equivalent, equivalent),
        };

    async Task<string?> FindKillerAsync(SqlMutant mutant)
    {
        await using MigratedTemplate mutated = await template.DeriveAsync(mutant.Sql, CancellationToken.None);
        ConcurrentDictionary<string, int> killersOfGroup = _kills.GetOrAdd(mutant.Group, _ => []);
        IEnumerable<string> likely = killersOfGroup.OrderByDescending(k => k.Value).Take(3).Select(k => k.Key);
        string? killer = await oracle.FindFailureAsync(
            mutated,
            [.. likely.Prepend(past.FindKiller(mutant.Id)).OfType<string>().Distinct()],
            FunctionName().Match(mutant.Id) is { Success: true } name ? coverage.Find(name.Groups[1].Value) : null
        );
        if (killer is not null)
            killersOfGroup.AddOrUpdate(killer, 1, (_, times) => times + 1);
        return killer;
    }

    [GeneratedRegex(@"^function (?:\w+\.)?(\w+)")]
    private static partial Regex FunctionName();
}
