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

/// <summary>Tries mutants, each on a database of its own, and learns which test to ask first.</summary>
sealed class Trials(Oracle oracle, MigratedTemplate template)
{
    readonly ConcurrentDictionary<string, ConcurrentDictionary<string, int>> _kills = [];

    internal async Task<Verdict> TryAsync(SqlMutant mutant, string? equivalent)
    {
        if (await KillerAsync(mutant) is { } killer)
            return new Verdict(Outcome.Killed, equivalent is null ? killer : $"{killer}; strike it from equivalent.txt");
        return equivalent is null ? new Verdict(Outcome.Survived, "") : new Verdict(Outcome.Equivalent, equivalent);
    }

    async Task<string?> KillerAsync(SqlMutant mutant)
    {
        await using MigratedTemplate damaged = await template.DeriveAsync(mutant.Sql, CancellationToken.None);
        ConcurrentDictionary<string, int> known = _kills.GetOrAdd(mutant.Group, _ => []);
        Oracle.Case[] first = [.. oracle.Cases.Where(c => known.ContainsKey(c.ToString())).OrderByDescending(c => known[c.ToString()]).Take(3)];
        string? killer = await oracle.FindFailureAsync(damaged, first);
        if (killer is not null)
            known.AddOrUpdate(killer, 1, (_, times) => times + 1);
        return killer;
    }
}
