using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using CallIntel.Sdk.Testing;

namespace CallIntel.Sdk.IntegrationTests.Mutation;

/// <summary>
/// Mutation testing of the SQL package: changes it in one place at a time and checks that a test fails. Started by
/// <c>tests/mutate-sql.sh</c>.
/// </summary>
static class MutationRun
{
    internal const string Verb = "mutate-sql";

    static readonly string Folder = Path.Combine(Repository.Root, "tests/CallIntel.Sdk.IntegrationTests/Mutation");

    /// <summary>Runs the program.</summary>
    /// <returns>The exit code: 0 if every mutant was killed or is known to be equivalent, otherwise 1.</returns>
    internal static async Task<int> MainAsync(string[] arguments)
    {
        Repository.KeepsReceived = false;
        Dictionary<string, string> options = arguments
            .Select(a => a.Split('=', 2))
            .ToDictionary(a => a[0], a => a.ElementAtOrDefault(1) ?? "");
        (int shard, int shards) =
            options.TryGetValue("--shard", out string? part) && part.Split('/') is [string i, string n]
                ? (ParseNumber(i), ParseNumber(n))
                : (1, 1);
        int workers = options.TryGetValue("--workers", out string? count)
            ? ParseNumber(count)
            : Environment.ProcessorCount;
        TimeSpan budget = options.TryGetValue("--minutes", out string? minutes)
            ? TimeSpan.FromMinutes(ParseNumber(minutes))
            : Timeout.InfiniteTimeSpan;
        string[] only = options.GetValueOrDefault("--only", "").Split('|');
        MutationFigures? before = options.TryGetValue("--survivors", out string? figures)
            ? await MutationFigures.ReadAsync(figures)
            : null;

        // durability is off, because the run creates thousands of databases and keeps none of them
        PostgresServerOptions fast = new()
        {
            Progress = Console.Error.WriteLine,
            Settings =
            {
                ["fsync"] = "off",
                ["synchronous_commit"] = "off",
                ["full_page_writes"] = "off",
                ["track_functions"] = "all",
            },
        };
        await using PostgresServer server = await PostgresServer.StartAsync(fast);
        await using MigratedTemplate template = await MigratedTemplate.CreateAsync(server, ServerFixture.PrepareAsync);
        IReadOnlyList<SqlMutant> mutants = await ListAsync(template);
        Dictionary<string, string> equivalents = ReadEquivalents(mutants);
        string[]? classes = options.TryGetValue("--classes", out string? names) ? names.Split(',') : null;
        Oracle oracle = new(server, template, classes);
        string coveragePath = Path.Combine(Folder, "coverage.txt");
        if (options.ContainsKey("--coverage"))
        {
            await Coverage.MeasureAsync(server, template, oracle, coveragePath);
            return 0;
        }
        PastResults past = new(Path.Combine(Folder, "past-results.txt"), [.. mutants.Select(m => m.Id)]);
        bool continues = options.ContainsKey("--continue");
        long started = Stopwatch.GetTimestamp();

        bool IsSelected(SqlMutant m) =>
            before is null
                ? only.Any(text => m.Id.Contains(text, StringComparison.Ordinal))
                : before.Survivors.Contains(m.Id);
        SqlMutant[] chosen =
        [
            .. mutants
                .Where(IsSelected)
                .Where(m => !continues || past.FindCurrent(m) is null)
                .Where((_, index) => index % shards == shard - 1)
                .Select((m, index) => (Mutant: m, Part: index % Spread))
                .OrderBy(m => m.Part)
                .Select(m => m.Mutant),
        ];
        Console.WriteLine(
            $"{chosen.Length} of {mutants.Count} mutants: "
                + string.Join(", ", mutants.CountBy(m => m.Id.Split(' ')[0]).Select(g => $"{g.Key} {g.Value}"))
        );
        ConcurrentDictionary<string, Verdict> verdicts = [];
        Trials trials = new(oracle, template, past, Coverage.Read(coveragePath));
        await Parallel.ForEachAsync(
            chosen,
            new ParallelOptions { MaxDegreeOfParallelism = workers },
            async (mutant, _) =>
            {
                if (budget != Timeout.InfiniteTimeSpan && Stopwatch.GetElapsedTime(started) > budget)
                    return;
                Verdict verdict = await trials.TryAsync(mutant, equivalents.GetValueOrDefault(mutant.Id));
                verdicts[mutant.Id] = verdict;
                string outcome = verdict.Outcome.ToString().ToLowerInvariant();
                Console.WriteLine($"{outcome, -10} {mutant.Id}  [{verdict.Reason}]");
            }
        );
        if (continues)
            foreach (SqlMutant mutant in mutants)
                if (!verdicts.ContainsKey(mutant.Id) && past.FindCurrent(mutant) is { } killer)
                    verdicts[mutant.Id] = Trials.Judge(killer, equivalents.GetValueOrDefault(mutant.Id));
        MutationFigures now = MutationFigures.Create(
            verdicts,
            verdicts.Count == mutants.Count && classes is null,
            server.MajorVersion
        );
        Report(now, verdicts.Count == mutants.Count, started);
        if (before is not null)
            await before.UpdateSurvivors(now).WriteAsync(figures!);
        if (options.TryGetValue("--json", out string? path))
            await now.WriteAsync(path);
        return now.Survivors.Count == 0 ? 0 : 1;
    }

    /// <summary>
    /// Lists all mutants. Throws if a mutant no longer applies to the SQL package, or if two have the same id.
    /// </summary>
    internal static async Task<IReadOnlyList<SqlMutant>> ListAsync(MigratedTemplate template)
    {
        await using TestDatabase database = await template.CloneAsync();
        IReadOnlyList<SqlMutant> mutants =
        [
            .. await CatalogMutants.ListAsync(database.Admin),
            .. await ConditionMutants.ListAsync(database.Admin),
            .. await FunctionMutants.ListAsync(database.Admin),
        ];
        return mutants.Select(m => m.Id).Distinct().Count() == mutants.Count
            ? mutants
            : throw new InvalidOperationException("Two mutants have the same id.");
    }

    /// <summary>Reads the equivalent mutants and the reasons why no test can kill them.</summary>
    internal static Dictionary<string, string> ReadEquivalents(IReadOnlyList<SqlMutant> mutants)
    {
        Dictionary<string, string> reasons = File.ReadLines(Path.Combine(Folder, "equivalent.txt"))
            .Where(l => l.Length > 0 && l[0] != '#')
            .Select(l => l.Split(" :: ", 2))
            .ToDictionary(l => l[0], l => l[1]);
        string[] unknown = [.. reasons.Keys.Except(mutants.Select(m => m.Id))];
        return unknown.Length == 0
            ? reasons
            : throw new InvalidOperationException(
                $"equivalent.txt names mutants that do not exist: {string.Join("; ", unknown)}"
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
                $"{(all ? "all" : "some")}: sql_mutants {figures.SqlMutants}, killed {figures.Killed}, "
                    + $"equivalent {figures.Equivalent}, sql_mutants_survived {figures.SqlMutantsSurvived}, "
                    + $"score {score:P1}, {Stopwatch.GetElapsedTime(started).TotalSeconds:0} s"
            )
        );
    }

    /// <summary>
    /// The distance of neighbors of the list in the order of trials, so that a run with a time limit tries mutants of
    /// all kinds.
    /// </summary>
    const int Spread = 16;

    static int ParseNumber(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
