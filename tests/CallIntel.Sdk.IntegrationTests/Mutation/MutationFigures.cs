using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using CallIntel.Sdk.Migrations;

namespace CallIntel.Sdk.IntegrationTests.Mutation;

/// <summary>What a run leaves in a file, <c>benchmarks/results/sql-mutants.json</c> after a full one.</summary>
/// <param name="Date">The day of the run, or of the last that tried survivors again.</param>
/// <param name="SchemaVersion">Of the package.</param>
/// <param name="Package">A digest of the package's files.</param>
/// <param name="Postgres">The major version.</param>
/// <param name="Complete">Whether every damage was tried, by all test classes.</param>
/// <param name="SqlMutants">How many were tried.</param>
/// <param name="Killed">How many a test noticed.</param>
/// <param name="Equivalent">How many nobody could notice.</param>
/// <param name="SqlMutantsSurvived">How many nobody noticed.</param>
/// <param name="Survivors">Which these are.</param>
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

    internal static MutationFigures Of(IReadOnlyDictionary<string, Verdict> verdicts, bool complete, int major)
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

    /// <summary>Of a run over the package as it is now.</summary>
    internal static async Task<MutationFigures> ReadAsync(string path)
    {
        MutationFigures figures = JsonSerializer.Deserialize<MutationFigures>(
            await File.ReadAllTextAsync(path),
            Format
        )!;
        return figures.Package == Digest()
            ? figures
            : throw new InvalidOperationException(
                $"The SQL package is another than that of {path}: run all damages again."
            );
    }

    /// <summary>These figures, after their survivors were tried again.</summary>
    internal MutationFigures With(MutationFigures again) =>
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
