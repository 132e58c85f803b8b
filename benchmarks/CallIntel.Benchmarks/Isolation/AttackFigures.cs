using CallIntel.Benchmarks.Scorecard;
using CallIntel.Sdk;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using CallIntel.Sdk.Testing.Attacks;

namespace CallIntel.Benchmarks.Isolation;

/// <summary>The corpus of attacks, by every role, directly and through a pooler where there is one: how many ran, and how many reached another org. Beside it, differential fuzzing.</summary>
static class AttackFigures
{
    /// <summary>So many pairs on each version at <c>CALLINTEL_LONG_TESTS=1</c>: 200,000 over 15, 17 and 18.</summary>
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
        Dictionary<string, string> ways = new() { ["directly"] = arena.Database.AppConnectionString };
        await using PgBouncerServer? pooler = await PoolerAsync(server);
        if (pooler is not null)
            ways["through a pooler"] = pooler.Through(arena.Database.AppConnectionString);

        AttackTally tally = await AttackSweep.RunAsync(
            arena,
            corpus,
            ways,
            Enum.GetValues<OrgRole>(),
            CancellationToken.None
        );

        foreach (string failure in tally.Failures)
            await Console.Error.WriteLineAsync(failure);
        string note =
            $"{corpus.Count} attacks by each role they are for, {string.Join(" and ", ways.Keys)}, PostgreSQL {server.MajorVersion}";
        yield return Figure.Of(suite, "attacks_run", [tally.Run], "count", null, true, note);
        yield return Figure.Of(
            suite,
            "attacks_succeeded",
            [tally.Succeeded],
            "count",
            0,
            false,
            $"read, changed or learned of rows of another org; {tally.Failures.Count} came to something else than their file says"
        );
        yield return await DifferencesAsync(server, template, suite);
    }

    /// <summary>Statements that tell values that exist from values that do not.</summary>
    static async Task<Figure> DifferencesAsync(PostgresServer server, MigratedTemplate template, string suite)
    {
        int pairs = Environment.GetEnvironmentVariable("CALLINTEL_LONG_TESTS") == "1" ? LongFuzzPairs : FuzzPairs;
        int seed = int.TryParse(Environment.GetEnvironmentVariable("CALLINTEL_FUZZ_SEED"), out int given)
            ? given
            : Environment.TickCount;
        await using AttackArena arena = await AttackArena.CreateAsync(template);
        DifferentialTally tally = await DifferentialFuzz.RunAsync(arena, pairs, seed, lanes: 2, CancellationToken.None);
        foreach (string difference in tally.Differences.Take(20))
            await Console.Error.WriteLineAsync(difference);
        return Figure.Of(
            suite,
            "differential_fuzz_differences",
            [tally.Differences.Count],
            "count",
            0,
            false,
            $"{tally.Pairs} random statements by a viewer and without a context, each with values that exist and with values that do not; "
                + $"{tally.Answered} were answered; seed {seed}, PostgreSQL {server.MajorVersion}"
        );
    }

    static async Task<PgBouncerServer?> PoolerAsync(PostgresServer server)
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
