using System.Collections.Concurrent;
using CallIntel.Sdk.Testing;

namespace CallIntel.Sdk.IntegrationTests.Mutation;

/// <summary>What became of a mutant.</summary>
enum Outcome
{
    /// <summary>A test failed.</summary>
    Killed,

    /// <summary>No test failed, and equivalent.txt says why none can.</summary>
    Equivalent,

    /// <summary>No test failed.</summary>
    Survived,
}

/// <param name="Outcome">What became of it.</param>
/// <param name="By">The test that noticed, or the reason.</param>
sealed record Verdict(Outcome Outcome, string By);

/// <summary>Tries mutants, each on a database of its own; asks first whoever noticed it the last time, then whoever noticed others of its group.</summary>
sealed class Trials(Oracle oracle, MigratedTemplate template, Killers killers)
{
    readonly ConcurrentDictionary<string, ConcurrentDictionary<string, int>> _kills = [];

    internal async Task<Verdict> TryAsync(SqlMutant mutant, string? equivalent)
    {
        string? killer = await KillerAsync(mutant);
        killers.Learn(mutant.Id, killer);
        if (killer is not null)
            return new Verdict(
                Outcome.Killed,
                equivalent is null ? killer : $"{killer}; strike it from equivalent.txt"
            );
        return equivalent is null ? new Verdict(Outcome.Survived, "") : new Verdict(Outcome.Equivalent, equivalent);
    }

    async Task<string?> KillerAsync(SqlMutant mutant)
    {
        await using MigratedTemplate damaged = await template.DeriveAsync(mutant.Sql, CancellationToken.None);
        ConcurrentDictionary<string, int> ofGroup = _kills.GetOrAdd(mutant.Group, _ => []);
        IEnumerable<string> likely = ofGroup.OrderByDescending(k => k.Value).Take(3).Select(k => k.Key);
        string? killer = await oracle.FindFailureAsync(
            damaged,
            template,
            [.. likely.Prepend(killers.Of(mutant.Id)).OfType<string>().Distinct()]
        );
        if (killer is not null)
            ofGroup.AddOrUpdate(killer, 1, (_, times) => times + 1);
        return killer;
    }
}
