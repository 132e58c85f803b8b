using System.Diagnostics;

namespace CallIntel.Cli.Tests;

/// <summary>The sample <c>samples/Ask</c>, as its users run it.</summary>
[Collection("Samples that share a database")]
public sealed class AskSampleTests(CliFixture fixture)
{
    [Fact]
    public async Task The_sample_imports_real_records_and_answers_questions_about_them()
    {
        CliRun run = await RunAsync(
            "--question",
            "How many calls did we miss between 12 and 18 January 2026, compared to the week before?",
            "--question",
            "and by agent?",
            "--question",
            "calls per day in January 2026",
            "--question",
            "top 5 agents by calls in January 2026",
            "--question",
            "texts about dinner in January 2026"
        );
        Assert.True(run.ExitCode == 0, $"{run.Output}\n{run.Errors}");
        string output = string.Join(
            ' ',
            run.Output.Split((char[])[' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries)
        );
        Assert.Contains(
            "Missed calls, Mon 12 Jan 2026 to Sun 18 Jan 2026, compared with Mon 5 Jan 2026 to Sun 11 Jan 2026",
            output,
            StringComparison.Ordinal
        );
        Assert.Contains("Anna Berg", output, StringComparison.Ordinal);
        Assert.Contains("Mon 19 Jan", output, StringComparison.Ordinal);
        Assert.Contains("█", output, StringComparison.Ordinal);
        // The passages of real text messages, which are stored encrypted.
        Assert.True(output.Split("dinner", StringSplitOptions.None).Length > 4, output);
    }

    [Fact]
    public async Task The_sample_says_what_it_does_not_understand()
    {
        CliRun run = await RunAsync("--question", "what is the weather like");
        Assert.Equal(3, run.ExitCode);
        Assert.Contains("is not known here", run.Output, StringComparison.Ordinal);
        Assert.Equal(2, (await RunAsync("--nonsense")).ExitCode);
    }

    async Task<CliRun> RunAsync(params string[] arguments)
    {
        using Process process = CliRun.Start(
            Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "Ask.exe" : "Ask"),
            new Dictionary<string, string?>
            {
                ["CALLINTEL_POSTGRES"] = fixture.ServerConnectionString,
                ["XDG_CACHE_HOME"] = Path.Combine(fixture.Folder, "cache"),
            },
            arguments
        );
        return await CliRun.WaitAsync(process);
    }
}
