using CallIntel.Sdk.Tenancy;
using Npgsql;

namespace CallIntel.Sdk.Testing.Attacks;

/// <summary>The result of running the corpus on one server.</summary>
/// <param name="Run">The number of attacks that were run: attack x role x route.</param>
/// <param name="Succeeded">
/// The number of attacks that got a protected value, except by an accepted side channel.
/// </param>
/// <param name="Crossed">The ids of the attacks that got a protected value, by an accepted side channel or not.</param>
/// <param name="Failures">Descriptions of everything that differs from what the corpus expects.</param>
sealed record AttackTally(int Run, int Succeeded, IReadOnlySet<string> Crossed, IReadOnlyList<string> Failures);

/// <summary>
/// Runs every attack of a corpus by every role and over every route, and checks the victim after each attack.
/// </summary>
static class AttackSweep
{
    /// <summary>Runs the attacks.</summary>
    /// <param name="arena">The database.</param>
    /// <param name="corpus">The attacks.</param>
    /// <param name="routes">
    /// Connection strings by a description of the route, for example <c>through a pooler</c>.
    /// </param>
    /// <param name="roles">The roles of the attackers.</param>
    /// <param name="cancellationToken">Cancels the run.</param>
    internal static async Task<AttackTally> RunAsync(
        AttackArena arena,
        IReadOnlyList<Attack> corpus,
        IReadOnlyDictionary<string, string> routes,
        IReadOnlyList<OrgRole> roles,
        CancellationToken cancellationToken
    )
    {
        List<NpgsqlDataSource> sources = [];
        try
        {
            List<Attacker> attackers = [];
            foreach ((string route, string connectionString) in routes)
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
                    attackers.Add(new Attacker(arena, org, ids, role, route, source));
                }
            }
            if (corpus.Any(attack => attack.NeedsPages))
                await arena.SpreadAsync(cancellationToken).ConfigureAwait(false);
            await arena.PrepareAsync(cancellationToken).ConfigureAwait(false);
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
            // all attackers at once, because they must not reach each other either
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
                string who = $"{attack.Id} by {by.Role} {by.Route}";
                if (result.Breaches.Count > 0)
                    crossed.Add(attack.Id);
                if (result.Breaches.Count > 0 && attack.AcceptedChannel is null)
                {
                    succeeded++;
                    failures.Add($"{who}: {string.Join(", ", result.Breaches.Distinct())}");
                }
                if (!attack.Expected[by.Role].IsMetBy(result.Outcome))
                    failures.Add(
                        $"{who}: expected {attack.Expected[by.Role]}, but was {result.Outcome} ({result.Fingerprint})"
                    );
            }

            string after = await arena.ChecksumAsync(cancellationToken).ConfigureAwait(false);
            if (after != before)
            {
                crossed.Add(attack.Id);
                succeeded++;
                failures.Add($"{attack.Id}: rows of the victim changed");
                before = after;
            }
            if (attack is not { AcceptedChannel: null, HasVictim: false })
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

    /// <summary>
    /// Runs an attack by every role, and by an attacker without a context, once with ids that exist and once with ids
    /// that do not. Returns the differences, of which there must be none.
    /// </summary>
    static async Task<List<string>> CompareWithGhostsAsync(
        List<Attacker> attackers,
        Attack attack,
        CancellationToken cancellationToken
    )
    {
        string route = attackers[0].Route;
        List<Attacker> chosen = [.. attackers.Where(by => by.Route == route && attack.Expected.ContainsKey(by.Role))];
        if (chosen.Count > 0)
            chosen.Add(chosen[0].WithoutContext());
        List<string> differences = [];
        foreach (Attacker by in chosen)
        {
            AttackResult real = await AttackRun
                .RunAsync(by, attack, ghost: false, cancellationToken)
                .ConfigureAwait(false);
            AttackResult ghost = await AttackRun
                .RunAsync(by, attack, ghost: true, cancellationToken)
                .ConfigureAwait(false);
            if (
                real.Fingerprint != ghost.Fingerprint
                && await IsReproducibleAsync(by, attack, real, ghost, cancellationToken).ConfigureAwait(false)
            )
                differences.Add(
                    $"reveals to {by.Name} whether protected rows exist: "
                        + Excerpts(real.Fingerprint, ghost.Fingerprint)
                );
            if (!by.HasContext && real.Breaches.Count > 0)
                differences.Add($"by {by.Name}: {string.Join(", ", real.Breaches.Distinct())}");
        }
        return differences;
    }

    /// <summary>
    /// Returns whether both runs give the same results again. Differences in clocks and in the order of rows are not
    /// reproducible, and reveal nothing.
    /// </summary>
    static async Task<bool> IsReproducibleAsync(
        Attacker by,
        Attack attack,
        AttackResult real,
        AttackResult ghost,
        CancellationToken cancellationToken
    ) =>
        real.Fingerprint
            == (await AttackRun.RunAsync(by, attack, ghost: false, cancellationToken).ConfigureAwait(false)).Fingerprint
        && ghost.Fingerprint
            == (await AttackRun.RunAsync(by, attack, ghost: true, cancellationToken).ConfigureAwait(false)).Fingerprint;

    /// <summary>Returns an excerpt of each fingerprint, from shortly before the first difference.</summary>
    static string Excerpts(string real, string ghost)
    {
        int same = Math.Max(0, real.Zip(ghost).TakeWhile(both => both.First == both.Second).Count() - 20);
        return $"{Part(real, same)} / {Part(ghost, same)}";

        static string Part(string text, int from) =>
            text[Math.Min(from, text.Length)..Math.Min(from + 80, text.Length)].Trim();
    }
}
