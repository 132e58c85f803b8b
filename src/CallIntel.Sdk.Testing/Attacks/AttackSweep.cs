using CallIntel.Sdk.Tenancy;
using Npgsql;

namespace CallIntel.Sdk.Testing.Attacks;

/// <summary>What the corpus came to on one server.</summary>
/// <param name="Run">How many attacks were run: attack x role x way.</param>
/// <param name="Succeeded">How many got hold of anything outside the accepted side channels.</param>
/// <param name="Crossed">The attacks that got hold of something, accepted or not.</param>
/// <param name="Failures">What was not as the corpus says, one line each.</param>
internal sealed record AttackTally(
    int Run,
    int Succeeded,
    IReadOnlySet<string> Crossed,
    IReadOnlyList<string> Failures
);

/// <summary>Runs the corpus: every attack by every role, directly and through a pooler, and looks at the victim after each.</summary>
internal static class AttackSweep
{
    internal static async Task<AttackTally> RunAsync(
        AttackArena arena,
        IReadOnlyList<Attack> corpus,
        IReadOnlyDictionary<string, string> ways,
        IReadOnlyList<OrgRole> roles,
        CancellationToken cancellationToken
    )
    {
        List<NpgsqlDataSource> sources = [];
        try
        {
            List<Attacker> attackers = [];
            foreach ((string way, string connectionString) in ways)
            {
                NpgsqlDataSource source = NpgsqlDataSource.Create(
                    new NpgsqlConnectionStringBuilder(connectionString)
                    {
                        IncludeErrorDetail = true,
                        Enlist = false,
                    }.ConnectionString
                );
                sources.Add(source);
                foreach (OrgRole role in roles)
                {
                    (TestOrg org, IReadOnlyDictionary<string, string> ids, _) = await arena
                        .AddOrgAsync(cancellationToken)
                        .ConfigureAwait(false);
                    attackers.Add(new Attacker(arena, org, ids, role, way, source));
                }
            }
            if (corpus.Any(attack => attack.NeedsPages))
                await arena.SpreadAsync(cancellationToken).ConfigureAwait(false);
            await arena.OpenAsync(cancellationToken).ConfigureAwait(false);
            return await SweepAsync(arena, corpus, attackers, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            foreach (NpgsqlDataSource source in sources)
                await source.DisposeAsync().ConfigureAwait(false);
        }
    }

    static async Task<AttackTally> SweepAsync(
        AttackArena arena,
        IReadOnlyList<Attack> corpus,
        List<Attacker> attackers,
        CancellationToken cancellationToken
    )
    {
        HashSet<string> crossed = new(StringComparer.Ordinal);
        List<string> failures = [];
        int run = 0,
            succeeded = 0;
        string before = await arena.ChecksumAsync(cancellationToken).ConfigureAwait(false);
        foreach (Attack attack in corpus)
        {
            // all of them at once: attackers are strangers to each other too
            (Attacker By, AttackResult Result)[] results = await Task.WhenAll(
                    attackers
                        .Where(by => attack.Expected.ContainsKey(by.Role))
                        .Select(async by =>
                            (
                                by,
                                await AttackRun
                                    .RunAsync(by, attack, ghost: false, cancellationToken)
                                    .ConfigureAwait(false)
                            )
                        )
                )
                .ConfigureAwait(false);
            run += results.Length;
            foreach ((Attacker by, AttackResult result) in results)
            {
                string who = $"{attack.Id} by {by.Role} {by.Way}";
                if (result.Breaches.Count > 0)
                    crossed.Add(attack.Id);
                if (result.Breaches.Count > 0 && attack.Accepts is null)
                {
                    succeeded++;
                    failures.Add($"{who}: {string.Join(", ", result.Breaches.Distinct())}");
                }
                if (!attack.Expected[by.Role].IsMetBy(result.Outcome))
                    failures.Add($"{who}: expected {attack.Expected[by.Role]}, came {result.Outcome} ({result.Shape})");
            }

            string after = await arena.ChecksumAsync(cancellationToken).ConfigureAwait(false);
            if (after != before)
            {
                crossed.Add(attack.Id);
                succeeded++;
                failures.Add($"{attack.Id}: rows of the victim changed");
                before = after;
            }
            if (attack is not { Accepts: null, HasVictim: false })
                continue;
            List<string> differences = await CompareWithGhostsAsync(attackers, attack, cancellationToken)
                .ConfigureAwait(false);
            if (differences.Count > 0)
            {
                crossed.Add(attack.Id);
                succeeded++;
                failures.AddRange(differences.Select(difference => $"{attack.Id}: {difference}"));
            }
        }
        return new AttackTally(run, succeeded, crossed, failures);
    }

    /// <summary>Every role, and somebody without a context, tries it once with what exists and once with what does not: both must come to the same.</summary>
    static async Task<List<string>> CompareWithGhostsAsync(
        List<Attacker> attackers,
        Attack attack,
        CancellationToken cancellationToken
    )
    {
        string way = attackers[0].Way;
        List<Attacker> some = [.. attackers.Where(by => by.Way == way && attack.Expected.ContainsKey(by.Role))];
        if (some.Count > 0)
            some.Add(some[0].WithoutContext());
        List<string> differences = [];
        foreach (Attacker by in some)
        {
            AttackResult real = await AttackRun
                .RunAsync(by, attack, ghost: false, cancellationToken)
                .ConfigureAwait(false);
            AttackResult ghost = await AttackRun
                .RunAsync(by, attack, ghost: true, cancellationToken)
                .ConfigureAwait(false);
            if (
                real.Shape != ghost.Shape
                && await IsSteadyAsync(by, attack, real, ghost, cancellationToken).ConfigureAwait(false)
            )
                differences.Add(
                    $"tells {by.Who} whether things exist that they may not see: {Differing(real.Shape, ghost.Shape)}"
                );
            if (!by.HasContext && real.Breaches.Count > 0)
                differences.Add($"by {by.Who}: {string.Join(", ", real.Breaches.Distinct())}");
        }
        return differences;
    }

    /// <summary>Whether both come to the same again: the order of rows of a scan and clocks are nobody's secret.</summary>
    static async Task<bool> IsSteadyAsync(
        Attacker by,
        Attack attack,
        AttackResult real,
        AttackResult ghost,
        CancellationToken cancellationToken
    ) =>
        real.Shape
            == (await AttackRun.RunAsync(by, attack, ghost: false, cancellationToken).ConfigureAwait(false)).Shape
        && ghost.Shape
            == (await AttackRun.RunAsync(by, attack, ghost: true, cancellationToken).ConfigureAwait(false)).Shape;

    /// <summary>What two shapes are from where they differ on; a plan is long.</summary>
    static string Differing(string real, string ghost)
    {
        int same = Math.Max(0, real.Zip(ghost).TakeWhile(both => both.First == both.Second).Count() - 20);
        return $"{Part(real, same)} / {Part(ghost, same)}";

        static string Part(string shape, int from) =>
            shape[Math.Min(from, shape.Length)..Math.Min(from + 80, shape.Length)].Trim();
    }
}
