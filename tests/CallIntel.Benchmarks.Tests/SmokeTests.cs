using System.Diagnostics;
using System.Reflection;
using System.Text.Json;

namespace CallIntel.Benchmarks.Tests;

/// <summary>
/// Runs the suites of the scorecard with very little data. Benchmarks replace functions and read tables by name, so
/// they stop working when the package changes, and nobody notices until the next measurement.
/// </summary>
public sealed class SmokeTests
{
    static readonly string[] FastSuites = ["session", "feed", "vectors", "questions"];

    /// <summary>Suites that take up to two minutes each even with very little data.</summary>
    static readonly string[] SlowSuites =
    [
        "isolation",
        "jobs",
        "crypto",
        "ingest",
        "audit",
        "dsr",
        "dashboards",
        "search",
    ];

    public static TheoryData<string> Suites =>
        [.. FastSuites, .. Environment.GetEnvironmentVariable("CALLINTEL_LONG_TESTS") == "1" ? SlowSuites : []];

    [Theory]
    [MemberData(nameof(Suites))]
    public async Task A_suite_of_the_scorecard_measures_its_figures(string suite)
    {
        string path = Path.GetTempFileName();
        try
        {
            ProcessStartInfo start = new(Benchmarks, ["scorecard", suite, "--smoke", "--json", path])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            };
            using Process process = Process.Start(start)!;
            Task<string> output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken),
                errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);

            Assert.True(process.ExitCode == 0, $"{await output}{await errors}");
            using JsonDocument figures = JsonDocument.Parse(
                await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken)
            );
            Assert.NotEmpty(figures.RootElement.EnumerateArray());
            Assert.All(figures.RootElement.EnumerateArray(), figure =>
                Assert.Equal(suite, figure.GetProperty("suite").GetString())
            );
        }
        finally
        {
            File.Delete(path);
        }
    }

    static string Benchmarks =>
        typeof(SmokeTests)
            .Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .Single(attribute => attribute.Key == "Benchmarks")
            .Value! + (OperatingSystem.IsWindows() ? ".exe" : "");
}
