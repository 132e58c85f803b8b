using System.Globalization;
using System.Text.Json;
using CallIntel.Benchmarks.Audit;
using CallIntel.Benchmarks.ChangeFeed;
using CallIntel.Benchmarks.Crypto;
using CallIntel.Benchmarks.Dashboards;
using CallIntel.Benchmarks.Ingestion;
using CallIntel.Benchmarks.Isolation;
using CallIntel.Benchmarks.Jobs;
using CallIntel.Benchmarks.Questions;
using CallIntel.Benchmarks.Search;
using CallIntel.Benchmarks.SubjectRequests;
using CallIntel.Benchmarks.Tenancy;
using CallIntel.Benchmarks.Vectors;
using CallIntel.Sdk.Testing;

namespace CallIntel.Benchmarks.Scorecard;

/// <summary>
/// Runs suites on one server and prints one line for each figure: <c>suite.figure value target</c>.
/// </summary>
static class ScorecardRunner
{
    static readonly ISuite[] Suites =
    [
        new SessionSuite(),
        new IsolationSuite(),
        new JobsSuite(),
        new CryptoSuite(),
        new IngestSuite(),
        new AuditSuite(),
        new SubjectRequestsSuite(),
        new FeedSuite(),
        new DashboardSuite(),
        new SearchSuite(),
        new VectorsSuite(),
        new QuestionsSuite(),
    ];

    const string Usage = """
        usage: scorecard [SUITE ...] [--figure NAME] [--quick | --smoke] [--long] [--check] [--json PATH]

        --figure  measure only figures whose names begin with NAME
        --quick   use less data and fewer runs, for a first impression
        --smoke   use very little data, to find out whether the suites still work
        --long    measure only the figures that take many minutes
        --check   end with exit code 1 if a figure is worse than its guard in benchmarks/guards.json
        --json    write the figures to the file PATH
        """;

    internal static async Task<int> RunAsync(string[] arguments)
    {
        if (arguments.Contains("--help"))
        {
            Console.WriteLine($"{Usage}\nsuites: {string.Join(", ", Suites.Select(s => s.Name))}");
            return 0;
        }
        string[] unknownOptions =
        [
            .. arguments
                .Where(a => a.StartsWith("--", StringComparison.Ordinal))
                .Except(["--figure", "--quick", "--smoke", "--long", "--check", "--json"]),
        ];
        if (unknownOptions.Length > 0)
        {
            await Console.Error.WriteLineAsync($"Unknown option {unknownOptions[0]}.\n{Usage}");
            return 2;
        }
        bool check = arguments.Contains("--check"),
            measuresLong = arguments.Contains("--long");
        string? path = GetValue("--json"),
            figure = GetValue("--figure");
        ScorecardSize size = new(
            arguments.Contains("--smoke") ? ScorecardExtent.Smoke
                : arguments.Contains("--quick") ? ScorecardExtent.Quick
                : ScorecardExtent.Full,
            figure
        );
        string[] names =
        [
            .. arguments.Where(
                (a, i) =>
                    !a.StartsWith("--", StringComparison.Ordinal)
                    && (i == 0 || arguments[i - 1] is not ("--json" or "--figure"))
            ),
        ];
        if (names.Except(Suites.Select(s => s.Name)).FirstOrDefault() is { } unknown)
        {
            await Console.Error.WriteLineAsync(
                $"Unknown suite {unknown}. The suites are {string.Join(", ", Suites.Select(s => s.Name))}."
            );
            return 2;
        }

        List<Figure> figures = [];
        await using (
            PostgresServer server = await PostgresServer.StartAsync(
                new PostgresServerOptions { Progress = Console.Error.WriteLine }
            )
        )
            foreach (ISuite suite in Suites.Where(s => names.Length == 0 || names.Contains(s.Name)))
            await foreach (
                Figure measured in measuresLong ? suite.RunLongAsync(server, size) : suite.RunAsync(server, size)
            )
            {
                figures.Add(measured);
                Print(measured);
            }

        if (path is not null)
            await WriteJsonAsync(path, figures);
        return check && Guards.ReportWorse(figures) ? 1 : 0;

        string? GetValue(string option)
        {
            int at = Array.IndexOf(arguments, option);
            return at >= 0 && at + 1 < arguments.Length ? arguments[at + 1] : null;
        }
    }

    static void Print(Figure f)
    {
        string target = f.Target is { } t
            ? string.Create(CultureInfo.InvariantCulture, $"{(f.HigherIsBetter ? ">=" : "<=")} {t}")
            : "reported";
        string met = f.Met switch
        {
            true => "met",
            false => "MISSED",
            null => "",
        };
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{f.Suite + "." + f.Name, -36} {f.Value, 10:0.###} {f.Unit, -6} {target, -12} {met, -7} "
                    + $"runs={f.Runs} min={f.Min:0.###} max={f.Max:0.###}  {f.Note}"
            )
        );
    }

    static async Task WriteJsonAsync(string path, List<Figure> figures)
    {
        await using FileStream file = File.Create(path);
        await using Utf8JsonWriter json = new(file, new JsonWriterOptions { Indented = true });
        json.WriteStartArray();
        foreach (Figure f in figures)
        {
            json.WriteStartObject();
            json.WriteString("suite", f.Suite);
            json.WriteString("figure", f.Name);
            json.WriteNumber("value", Math.Round(f.Value, 4));
            json.WriteString("unit", f.Unit);
            if (f.Target is { } target)
                json.WriteNumber("target", target);
            else
                json.WriteNull("target");
            if (f.Met is { } met)
                json.WriteBoolean("met", met);
            else
                json.WriteNull("met");
            json.WriteNumber("runs", f.Runs);
            json.WriteNumber("min", Math.Round(f.Min, 4));
            json.WriteNumber("max", Math.Round(f.Max, 4));
            json.WriteString("note", f.Note);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }
}
