using System.Globalization;
using System.Text.Json;
using CallIntel.Benchmarks.Scorecard;
using CallIntel.Sdk.Migrations;

namespace CallIntel.Benchmarks.Isolation;

/// <summary>Reads the figures that the last full run of <c>tests/mutate-sql.sh</c> wrote.</summary>
static class SqlMutants
{
    const string File = "benchmarks/results/sql-mutants.json";

    /// <summary>Returns the figures. Empty if there is no file.</summary>
    internal static IEnumerable<Figure> ReadFigures(string suite)
    {
        if (Checkout.Find(File) is not { } path)
            yield break;
        using JsonDocument document = JsonDocument.Parse(System.IO.File.ReadAllText(path));
        JsonElement run = document.RootElement;
        int schema = run.GetProperty("schema_version").GetInt32();
        string current = schema == SchemaMigrator.TargetVersion ? "" : $"; now {SchemaMigrator.TargetVersion}",
            part = run.GetProperty("complete").GetBoolean() ? "" : "; only a part of the mutants",
            note = string.Create(
                CultureInfo.InvariantCulture,
                $"{File} of {run.GetProperty("date").GetString()}, schema version {schema}{current}{part}"
            );
        yield return Figure.Create(
            suite,
            "sql_mutants",
            [run.GetProperty("sql_mutants").GetInt32()],
            "count",
            null,
            true,
            note
        );
        yield return Figure.Create(
            suite,
            "sql_mutants_survived",
            [run.GetProperty("sql_mutants_survived").GetInt32()],
            "count",
            0,
            false,
            note
        );
    }
}
