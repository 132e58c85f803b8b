using CallIntel.Benchmarks.Scorecard;
using CallIntel.Sdk;
using CallIntel.Sdk.Access;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using CallIntel.Sdk.Testing.Attacks;

namespace CallIntel.Benchmarks.Isolation;

/// <summary>The corpus of attacks, by every role, directly and through a pooler where there is one: how many ran, and how many reached another org.</summary>
static class AttackFigures
{
    internal static async IAsyncEnumerable<Figure> RunAsync(PostgresServer server, string suite)
    {
        IReadOnlyList<Attack> corpus = AttackCorpus.Load(Checkout.Get("tests/CallIntel.Sdk.IntegrationTests/Attacks"));
        await using MigratedTemplate template = await MigratedTemplate.CreateAsync(
            server, async admin => await new CallIntelOperations(admin).EnsurePartitionsAsync(new DateOnly(2026, 1, 1), new DateOnly(2026, 3, 1)));
        await using AttackArena arena = await AttackArena.CreateAsync(template);
        Dictionary<string, string> ways = new() { ["directly"] = arena.Database.AppConnectionString };
        await using PgBouncerServer? pooler = await PoolerAsync(server);
        if (pooler is not null)
            ways["through a pooler"] = pooler.Through(arena.Database.AppConnectionString);

        AttackTally tally = await AttackSweep.RunAsync(arena, corpus, ways, Enum.GetValues<OrgRole>(), CancellationToken.None);

        foreach (string failure in tally.Failures)
            await Console.Error.WriteLineAsync(failure);
        string note = $"{corpus.Count} attacks by each role they are for, {string.Join(" and ", ways.Keys)}, PostgreSQL {server.MajorVersion}";
        yield return Figure.Of(suite, "attacks_run", [tally.Run], "count", null, true, note);
        yield return Figure.Of(suite, "attacks_succeeded", [tally.Succeeded], "count", 0, false,
            $"read, changed or learned of rows of another org; {tally.Failures.Count} came to something else than their file says");
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
