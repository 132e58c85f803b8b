using System.Collections.Concurrent;
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
/// then those that killed other mutants of its group.
/// </summary>
sealed class Trials(Oracle oracle, MigratedTemplate template, Killers killers)
{
    readonly ConcurrentDictionary<string, ConcurrentDictionary<string, int>> _kills = [];

    internal async Task<Verdict> TryAsync(SqlMutant mutant, string? equivalent)
    {
        string? killer = await FindKillerAsync(mutant);
        killers.Record(mutant.Id, killer);
        if (killer is not null)
            return new Verdict(
                Outcome.Killed,
                equivalent is null ? killer : $"{killer}; remove it from equivalent.txt"
            );
        return equivalent is null ? new Verdict(Outcome.Survived, "") : new Verdict(Outcome.Equivalent, equivalent);
    }

    async Task<string?> FindKillerAsync(SqlMutant mutant)
    {
        await using MigratedTemplate mutated = await template.DeriveAsync(mutant.Sql, CancellationToken.None);
        ConcurrentDictionary<string, int> killersOfGroup = _kills.GetOrAdd(mutant.Group, _ => []);
        IEnumerable<string> likely = killersOfGroup.OrderByDescending(k => k.Value).Take(3).Select(k => k.Key);
        string? killer = await oracle.FindFailureAsync(
            mutated,
            template,
            [.. likely.Prepend(killers.Find(mutant.Id)).OfType<string>().Distinct()]
        );
        if (killer is not null)
            killersOfGroup.AddOrUpdate(killer, 1, (_, times) => times + 1);
        return killer;
    }
}
