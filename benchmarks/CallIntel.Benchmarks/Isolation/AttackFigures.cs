using CallIntel.Benchmarks.Scorecard;
using CallIntel.Sdk;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using CallIntel.Sdk.Testing.Attacks;

namespace CallIntel.Benchmarks.Isolation;

/// <summary>
/// Runs the attack corpus by every role, directly and, if a pooler is available, through a pooler, and counts the
/// attacks that reach another org. Then runs differential fuzzing.
/// </summary>
static class AttackFigures
{
    /// <summary>
    /// The number of pairs. With <c>CALLINTEL_LONG_TESTS=1</c>, 200,000 over PostgreSQL 15, 17 and 18 together.
    /// </summary>
    const int FuzzPairs = 3_000,
        LongFuzzPairs = 200_000 / 3;

    internal static async IAsyncEnumerable<Figure> RunAsync(PostgresServer server, string suite)
    {
        IReadOnlyList<Attack> corpus = AttackCorpus.Load(Checkout.Get("tests/CallIntel.Sdk.IntegrationTests/Attacks"));
        await using MigratedTemplate template = await MigratedTemplate.CreateAsync(server, async admin =>
            await new CallIntelOperations(admin).EnsurePartitionsAsync(
                new DateOnly(2026, 1, 1),
                new DateOnly(2026, 3, 1)
            )
        );
        await using AttackArena arena = await AttackArena.CreateAsync(template);
        Dictionary<string, string> routes = new() { ["directly"] = arena.Database.AppConnectionString };
        await using PgBouncerServer? pooler = await StartPoolerAsync(server);
        if (pooler is not null)
            routes["through a pooler"] = pooler.Through(arena.Database.AppConnectionString);

        AttackTally tally = await AttackSweep.RunAsync(
            arena,
            corpus,
            routes,
            Enum.GetValues<OrgRole>(),
            CancellationToken.None
        );

        foreach (string failure in tally.Failures)
            await Console.Error.WriteLineAsync(failure);
        string note =
            $"{corpus.Count} attacks by each of their roles, {string.Join(" and ", routes.Keys)}, "
            + $"PostgreSQL {server.MajorVersion}";
        yield return Figure.Create(suite, "attacks_run", [tally.Run], "count", null, true, note);
        yield return Figure.Create(
            suite,
            "attacks_succeeded",
            [tally.Succeeded],
            "count",
            0,
            false,
            "attacks that read or changed rows of another org, or learned that they exist; "
                + $"{tally.Failures.Count} results differ from the expectation in the corpus"
        );
        yield return await FuzzAsync(server, template, suite);
    }

    /// <summary>Counts statements whose results differ between values that exist and values that do not.</summary>
    static async Task<Figure> FuzzAsync(PostgresServer server, MigratedTemplate template, string suite)
    {
        int pairs = Environment.GetEnvironmentVariable("CALLINTEL_LONG_TESTS") == "1" ? LongFuzzPairs : FuzzPairs;
        int seed = int.TryParse(Environment.GetEnvironmentVariable("CALLINTEL_FUZZ_SEED"), out int given)
            ? given
            : Environment.TickCount;
        await using AttackArena arena = await AttackArena.CreateAsync(template);
        DifferentialTally tally = await DifferentialFuzz.RunAsync(arena, pairs, seed, lanes: 2, CancellationToken.None);
        foreach (string difference in tally.Differences.Take(20))
            await Console.Error.WriteLineAsync(difference);
        return Figure.Create(
            suite,
            "differential_fuzz_differences",
            [tally.Differences.Count],
            "count",
            0,
            false,
            $"{tally.Pairs} random statements by a viewer and without a context, each with values that exist and with "
                + $"values that do not; {tally.Answered} succeeded; seed {seed}, PostgreSQL {server.MajorVersion}"
        );
    }

    static async Task<PgBouncerServer?> StartPoolerAsync(PostgresServer server)
    {
        try
        {
            return await PgBouncerServer.StartAsync(server, new PgBouncerOptions { PoolSize = 20 });
        }
        catch (CallIntelException e) when (e.Code == TestingErrorCodes.NoPgBouncer)
        {
            return null;
        }
    }
}
