using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using CallIntel.Sdk.Testing;

namespace CallIntel.Sdk.IntegrationTests.Mutation;

/// <summary>Damages the SQL package in one place at a time and asks the tests whether they notice. Started by <c>tests/mutate-sql.sh</c>.</summary>
static class MutationRun
{
    internal const string Verb = "mutate-sql";

    static readonly string Folder = Path.Combine(Repository.Root, "tests/CallIntel.Sdk.IntegrationTests/Mutation");

    /// <returns>0 if every damage was noticed or is known to change nothing.</returns>
    internal static async Task<int> MainAsync(string[] arguments)
    {
        Repository.KeepsReceived = false;
        Dictionary<string, string> options = arguments
            .Select(a => a.Split('=', 2))
            .ToDictionary(a => a[0], a => a.ElementAtOrDefault(1) ?? "");
        (int shard, int shards) =
            options.TryGetValue("--shard", out string? part) && part.Split('/') is [string i, string n]
                ? (Number(i), Number(n))
                : (1, 1);
        int workers = options.TryGetValue("--workers", out string? count) ? Number(count) : Environment.ProcessorCount;
        TimeSpan budget = options.TryGetValue("--minutes", out string? minutes)
            ? TimeSpan.FromMinutes(Number(minutes))
            : Timeout.InfiniteTimeSpan;
        string[] only = options.GetValueOrDefault("--only", "").Split('|');
        MutationFigures? before = options.TryGetValue("--survivors", out string? figures)
            ? await MutationFigures.ReadAsync(figures)
            : null;

        // thousands of databases are made and dropped, and none has to outlive a crash
        PostgresServerOptions hasty = new()
        {
            Progress = Console.Error.WriteLine,
            Settings =
            {
                ["fsync"] = "off",
                ["synchronous_commit"] = "off",
                ["full_page_writes"] = "off",
            },
        };
        await using PostgresServer server = await PostgresServer.StartAsync(hasty);
        await using MigratedTemplate template = await MigratedTemplate.CreateAsync(server, ServerFixture.PrepareAsync);
        IReadOnlyList<SqlMutant> mutants = await ListAsync(template);
        Dictionary<string, string> equivalents = Equivalents(mutants);
        Oracle oracle = new(server, options.TryGetValue("--classes", out string? classes) ? classes.Split(',') : null);
        long started = Stopwatch.GetTimestamp();
        foreach (string fallen in await oracle.CalibrateAsync(template))
            Console.WriteLine($"not asked: {fallen} fails without any damage");
        Console.WriteLine(
            $"{oracle.Cases} test cases hold on the undamaged package, {Stopwatch.GetElapsedTime(started).TotalSeconds:0.0} s"
        );

        bool IsWanted(SqlMutant m) =>
            before is null
                ? only.Any(text => m.Id.Contains(text, StringComparison.Ordinal))
                : before.Survivors.Contains(m.Id);
        SqlMutant[] chosen =
        [
            .. mutants
                .Where(IsWanted)
                .Where((_, index) => index % shards == shard - 1)
                .Select((m, index) => (Mutant: m, Turn: index % Spread))
                .OrderBy(m => m.Turn)
                .Select(m => m.Mutant),
        ];
        Console.WriteLine(
            $"{chosen.Length} of {mutants.Count} damages: {string.Join(", ", mutants.CountBy(m => m.Id.Split(' ')[0]).Select(g => $"{g.Key} {g.Value}"))}"
        );
        ConcurrentDictionary<string, Verdict> verdicts = [];
        Trials trials = new(
            oracle,
            template,
            new Killers(Path.Combine(Folder, "killers.txt"), [.. mutants.Select(m => m.Id)])
        );
        await Parallel.ForEachAsync(
            chosen,
            new ParallelOptions { MaxDegreeOfParallelism = workers },
            async (mutant, _) =>
            {
                if (budget != Timeout.InfiniteTimeSpan && Stopwatch.GetElapsedTime(started) > budget)
                    return;
                Verdict verdict = await trials.TryAsync(mutant, equivalents.GetValueOrDefault(mutant.Id));
                verdicts[mutant.Id] = verdict;
                Console.WriteLine($"{verdict.Outcome.ToString().ToLowerInvariant(), -10} {mutant.Id}  [{verdict.By}]");
            }
        );
        MutationFigures now = MutationFigures.Of(
            verdicts,
            verdicts.Count == mutants.Count && classes is null,
            server.MajorVersion
        );
        Report(now, verdicts.Count == mutants.Count, started);
        if (before is not null)
            await before.With(now).WriteAsync(figures!);
        if (options.TryGetValue("--json", out string? path))
            await now.WriteAsync(path);
        return now.Survivors.Count == 0 ? 0 : 1;
    }

    /// <summary>Everything that can be damaged. Fails if something that is to be damaged is not there any more.</summary>
    internal static async Task<IReadOnlyList<SqlMutant>> ListAsync(MigratedTemplate template)
    {
        await using TestDatabase database = await template.CloneAsync();
        IReadOnlyList<SqlMutant> mutants =
        [
            .. await CatalogueMutants.ListAsync(database.Admin),
            .. await ConditionMutants.ListAsync(database.Admin),
            .. await FunctionMutants.ListAsync(database.Admin),
        ];
        return mutants.Select(m => m.Id).Distinct().Count() == mutants.Count
            ? mutants
            : throw new InvalidOperationException("Two mutants have one id.");
    }

    /// <summary>Damages that change nothing, each with the reason: a line "id :: reason".</summary>
    internal static Dictionary<string, string> Equivalents(IReadOnlyList<SqlMutant> mutants)
    {
        Dictionary<string, string> reasons = File.ReadLines(Path.Combine(Folder, "equivalent.txt"))
            .Where(l => l.Length > 0 && l[0] != '#')
            .Select(l => l.Split(" :: ", 2))
            .ToDictionary(l => l[0], l => l[1]);
        string[] unknown = [.. reasons.Keys.Except(mutants.Select(m => m.Id))];
        return unknown.Length == 0
            ? reasons
            : throw new InvalidOperationException(
                $"equivalent.txt names what is no mutant: {string.Join("; ", unknown)}"
            );
    }

    static void Report(MutationFigures figures, bool all, long started)
    {
        foreach (string id in figures.Survivors)
            Console.WriteLine($"SURVIVED {id}");
        double score = (double)figures.Killed / Math.Max(1, figures.SqlMutants - figures.Equivalent);
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{(all ? "all" : "a part")}: sql_mutants {figures.SqlMutants}, killed {figures.Killed}, equivalent {figures.Equivalent}, sql_mutants_survived {figures.SqlMutantsSurvived}, score {score:P1}, {Stopwatch.GetElapsedTime(started).TotalSeconds:0} s"
            )
        );
    }

    /// <summary>Neighbours in the list are tried far apart, so that what a budget leaves out is a bit of everything.</summary>
    const int Spread = 16;

    static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
