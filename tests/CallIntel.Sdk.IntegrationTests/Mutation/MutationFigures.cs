using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using CallIntel.Sdk.Migrations;

namespace CallIntel.Sdk.IntegrationTests.Mutation;

/// <summary>
/// The result of a run, as it is stored in a file. A full run writes <c>benchmarks/results/sql-mutants.json</c>.
/// </summary>
/// <param name="Date">The day (UTC) of the run, or of the last run that tried the survivors again.</param>
/// <param name="SchemaVersion">The version of the SQL package.</param>
/// <param name="Package">A SHA-256 digest of the files of the SQL package, in hexadecimal.</param>
/// <param name="Postgres">The major version of PostgreSQL.</param>
/// <param name="Complete">Whether every mutant was tried with all test classes.</param>
/// <param name="SqlMutants">The number of mutants that were tried.</param>
/// <param name="Killed">The number of mutants that a test killed.</param>
/// <param name="Equivalent">The number of mutants that no test can kill.</param>
/// <param name="SqlMutantsSurvived">The number of mutants that survived.</param>
/// <param name="Survivors">The ids of the mutants that survived.</param>
sealed record MutationFigures(
    string Date,
    int SchemaVersion,
    string Package,
    int Postgres,
    bool Complete,
    int SqlMutants,
    int Killed,
    int Equivalent,
    int SqlMutantsSurvived,
    IReadOnlyList<string> Survivors
)
{
    static readonly JsonSerializerOptions Format = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
    };

    /// <summary>Creates the result from the verdicts of a run.</summary>
    internal static MutationFigures Create(IReadOnlyDictionary<string, Verdict> verdicts, bool complete, int major)
    {
        int Count(Outcome outcome) => verdicts.Values.Count(v => v.Outcome == outcome);
        string[] survivors =
        [
            .. verdicts
                .Where(v => v.Value.Outcome is Outcome.Survived)
                .Select(v => v.Key)
                .Order(StringComparer.Ordinal),
        ];
        return new(
            TimeProvider.System.GetUtcNow().ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
            SchemaMigrator.TargetVersion,
            Digest(),
            major,
            complete,
            verdicts.Count,
            Count(Outcome.Killed),
            Count(Outcome.Equivalent),
            survivors.Length,
            survivors
        );
    }

    /// <summary>Reads the result of a run. Throws if the SQL package has changed since.</summary>
    internal static async Task<MutationFigures> ReadAsync(string path)
    {
        MutationFigures figures = JsonSerializer.Deserialize<MutationFigures>(
            await File.ReadAllTextAsync(path),
            Format
        )!;
        return figures.Package == Digest()
            ? figures
            : throw new InvalidOperationException(
                $"The SQL package has changed since the run of {path}. Run all mutants again."
            );
    }

    /// <summary>Returns this result, updated with a run that tried its survivors again.</summary>
    internal MutationFigures UpdateSurvivors(MutationFigures again) =>
        this with
        {
            Date = again.Date,
            Killed = Killed + again.Killed,
            Equivalent = Equivalent + again.Equivalent,
            SqlMutantsSurvived = SqlMutantsSurvived - again.Killed - again.Equivalent,
            Survivors = [.. Survivors.Where(s => again.Survivors.Contains(s))],
        };

    internal Task WriteAsync(string path) =>
        File.WriteAllTextAsync(path, JsonSerializer.Serialize(this, Format) + "\n");

    static string Digest()
    {
        string folder = Path.Combine(Repository.Root, "sql");
        IEnumerable<string> files = Directory
            .EnumerateFiles(folder, "*.sql", SearchOption.AllDirectories)
            .Order(StringComparer.Ordinal);
        return Convert.ToHexStringLower(
            SHA256.HashData(
                Encoding.UTF8.GetBytes(
                    string.Concat(files.Select(f => $"{Path.GetRelativePath(folder, f)}\n{File.ReadAllText(f)}\n"))
                )
            )
        );
    }
}
