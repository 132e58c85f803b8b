using System.Globalization;
using System.Text.Json;
using CallIntel.Benchmarks.Scorecard;
using CallIntel.Sdk.Migrations;

namespace CallIntel.Benchmarks.Isolation;

/// <summary>What the last full run of <c>tests/mutate-sql.sh</c> wrote; nothing where there was none.</summary>
static class SqlMutants
{
    const string File = "benchmarks/results/sql-mutants.json";

    internal static IEnumerable<Figure> Figures(string suite)
    {
        if (Checkout.Find(File) is not { } path)
            yield break;
        using JsonDocument document = JsonDocument.Parse(System.IO.File.ReadAllText(path));
        JsonElement run = document.RootElement;
        int schema = run.GetProperty("schema_version").GetInt32();
        string note = string.Create(
            CultureInfo.InvariantCulture,
            $"{File} of {run.GetProperty("date").GetString()}, schema version {schema}{(schema == SchemaMigrator.TargetVersion ? "" : $"; the schema is {SchemaMigrator.TargetVersion} now")}{(run.GetProperty("complete").GetBoolean() ? "" : "; a part of them")}"
        );
        yield return Figure.Of(
            suite,
            "sql_mutants",
            [run.GetProperty("sql_mutants").GetInt32()],
            "count",
            null,
            true,
            note
        );
        yield return Figure.Of(
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
