using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using CallIntel.Sdk.Migrations;

namespace CallIntel.Sdk.Tests.Documentation;

/// <summary>What the READMEs state is what the code does and what the result files contain.</summary>
public sealed partial class ReadmeTests
{
    const string Results = "benchmarks/results";
    const string Mutants = $"{Results}/sql-mutants.json";

    static readonly string Readme = Documents.Read("README.md");

    /// <summary>The text without line breaks, so that a sentence can be found wherever its lines break.</summary>
    static readonly string Sentences = string.Join(' ', Readme.Split('\n'));

    public static TheoryData<string, string> DocumentsWithSnippets { get; } =
        new()
        {
            { "README.md", "ReadmeSnippets.cs" },
            { "src/CallIntel.Sdk/README.md", "SdkReadmeSnippets.cs" },
            { "src/CallIntel.Sdk.Crypto/README.md", "CryptoReadmeSnippets.cs" },
            { "docs/guides/lines-and-teams.md", "LinesAndTeamsSnippets.cs" },
            { "docs/guides/subject-requests.md", "SubjectRequestsSnippets.cs" },
            { "docs/guides/contacts.md", "ContactsSnippets.cs" },
            { "docs/guides/questions.md", "QuestionsSnippets.cs" },
        };

    public static TheoryData<string> AllReadmes { get; } =
        new(
            "README.md",
            "src/CallIntel.Sdk/README.md",
            "src/CallIntel.Sdk.Crypto/README.md",
            "src/CallIntel.Sdk.Testing/README.md",
            "src/CallIntel.Cli/README.md",
            "samples/Study/data/README.md"
        );

    [Theory]
    [MemberData(nameof(DocumentsWithSnippets))]
    public void Every_snippet_compiles(string document, string sourceFile) =>
        Documents.AssertSnippetsAreCompiled(document, $"tests/CallIntel.Sdk.Tests/Documentation/{sourceFile}");

    [Theory]
    [MemberData(nameof(AllReadmes))]
    public void Every_link_to_a_file_has_an_existing_target(string document)
    {
        string folder = Path.Combine(Documents.Root, Path.GetDirectoryName(document)!);
        foreach (Match link in RelativeLink().Matches(Documents.Read(document)))
        {
            string target = Path.Combine(folder, link.Groups[1].Value);
            Assert.True(Path.Exists(target), $"{document} links to {link.Groups[1].Value}, which does not exist.");
        }
    }

    [Fact]
    public void Every_measurement_in_the_readme_is_the_newest_recorded_one()
    {
        List<Match> rows = FigureRow().Matches(Readme).ToList();
        Assert.Equal(
            [
                "ingest.pipeline_vs_copy",
                "ingest.stream_1_row_vs_insert",
                "ingest.vs_efcore",
                "isolation.attacks_succeeded",
                "isolation.point_read_vs_raw",
                "isolation.sql_mutants_survived",
                "search.hybrid_vs_postgres",
                "search.ndcg_hybrid",
                "session.roundtrips",
                "vectors.p95_vs_shared_hnsw_iterative",
                "vectors.recall_at_10_large",
            ],
            rows.Select(row => row.Groups["figure"].Value).Order(StringComparer.Ordinal)
        );
        Assert.All(rows, row =>
        {
            (string file, decimal value, decimal target) = Newest(row.Groups["figure"].Value);
            string stated = row.Groups["value"].Value;
            int decimals = stated.Contains('.', StringComparison.Ordinal) ? stated.Length - 1 - stated.IndexOf('.') : 0;
            Assert.Equal(file, row.Groups["file"].Value);
            Assert.Equal(Path.GetFileName(file), row.Groups["name"].Value);
            Assert.Equal(
                decimal.Round(value, decimals, MidpointRounding.AwayFromZero),
                decimal.Parse(stated, CultureInfo.InvariantCulture)
            );
            Assert.Equal(target, decimal.Parse(row.Groups["target"].Value, CultureInfo.InvariantCulture));
        });
    }

    [Fact]
    public void The_numbers_of_attacks_and_mutants_match_the_result_files()
    {
        Assert.Equal(
            Newest("isolation.attacks_run").Value,
            decimal.Parse(
                Assert.Single(AttacksRun().Matches(Sentences)).Groups[1].Value,
                NumberStyles.AllowThousands,
                CultureInfo.InvariantCulture
            )
        );

        JsonElement mutants = ReadJson(Mutants);
        Match stated = Assert.Single(MutantsRun().Matches(Sentences));
        Assert.Equal($"{mutants.GetProperty("sql_mutants")}", stated.Groups["run"].Value);
        Assert.Equal($"{mutants.GetProperty("equivalent")}", stated.Groups["equivalent"].Value);
        Assert.Equal(
            $"{mutants.GetProperty("schema_version")}",
            Assert.Single(MutantsSchema().Matches(Sentences)).Groups[1].Value
        );
    }

    [Fact]
    public void The_documented_schema_version_is_the_one_that_the_SDK_installs()
    {
        Assert.Equal(
            SchemaMigrator.TargetVersion,
            int.Parse(Assert.Single(SchemaVersion().Matches(Readme)).Groups[1].Value, CultureInfo.InvariantCulture)
        );
    }

    [Fact]
    public void The_documented_versions_of_NET_and_PostgreSQL_are_the_supported_ones()
    {
        string sdk = ReadJson("global.json").GetProperty("sdk").GetProperty("version").GetString()!;
        Assert.Contains($"the .NET {sdk.Split('.')[0]} SDK and nothing else", Sentences, StringComparison.Ordinal);

        string[] majors = SupportedMajors()
            .Match(Documents.Read("eng/postgres.sh"))
            .Groups[1]
            .Value.Split('|', StringSplitOptions.RemoveEmptyEntries);
        Assert.Contains($"PostgreSQL {majors[0]} or later", Sentences, StringComparison.Ordinal);
        Assert.Contains(
            $"tested on PostgreSQL {string.Join(", ", majors[..^1])} and {majors[^1]}",
            Sentences,
            StringComparison.Ordinal
        );
    }

    /// <summary>The newest result of a figure, the file that contains it, and the target.</summary>
    static (string File, decimal Value, decimal Target) Newest(string figure)
    {
        string[] name = figure.Split('.');
        if (name[1] == "sql_mutants_survived")
            return (Mutants, ReadJson(Mutants).GetProperty(name[1]).GetDecimal(), 0);

        foreach (
            string file in Directory
                .GetFiles(Path.Combine(Documents.Root, Results), "????-??-??.json")
                .OrderDescending(StringComparer.Ordinal)
        )
        {
            foreach (JsonElement result in ReadJson(file).EnumerateArray())
            {
                if (result.GetProperty("suite").GetString() != name[0])
                    continue;
                if (result.GetProperty("figure").GetString() != name[1])
                    continue;
                JsonElement target = result.GetProperty("target");
                return (
                    $"{Results}/{Path.GetFileName(file)}",
                    result.GetProperty("value").GetDecimal(),
                    target.ValueKind == JsonValueKind.Number ? target.GetDecimal() : 0
                );
            }
        }

        throw new InvalidOperationException($"No result file contains {figure}.");
    }

    static JsonElement ReadJson(string path) => JsonDocument.Parse(Documents.Read(path)).RootElement;

    [GeneratedRegex(@"\]\((?!https?:|#)([^)#]+)(?:#[^)]*)?\)")]
    private static partial Regex RelativeLink();

    [GeneratedRegex(
        @"^\|[^|]+\| `(?<figure>[\w.]+)` \| (?:at (?:least|most) )?(?<target>[\d.]+) \| (?<value>[\d.]+) \| "
            + @"\[(?<name>[\w.-]+)\]\((?<file>[\w./-]+)\) \|$",
        RegexOptions.Multiline
    )]
    private static partial Regex FigureRow();

    [GeneratedRegex(@"Attacks on other orgs that succeeded, of ([\d,]+)")]
    private static partial Regex AttacksRun();

    [GeneratedRegex(@"that no test detects, of (?<run>\d+) \((?<equivalent>\d+) are equivalent\)")]
    private static partial Regex MutantsRun();

    [GeneratedRegex(@"mutants were last tested on schema version (\d+)")]
    private static partial Regex MutantsSchema();

    [GeneratedRegex(@"Schema version (\d+)")]
    private static partial Regex SchemaVersion();

    [GeneratedRegex(@"install\s+\[--major ([\d|]+)\]")]
    private static partial Regex SupportedMajors();
}
