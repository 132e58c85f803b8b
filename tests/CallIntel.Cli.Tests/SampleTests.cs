using System.Diagnostics;
using System.Text.Json;

namespace CallIntel.Cli.Tests;

/// <summary>The other console samples, as their users run them.</summary>
[Collection("Samples that share a database")]
public sealed class SampleTests(CliFixture fixture)
{
    [Fact]
    public async Task The_quickstart_stores_each_record_once_and_holds_against_every_attack()
    {
        JsonElement first = await QuickstartAsync("--fresh");
        Assert.Equal(first.GetProperty("read").GetInt64(), first.GetProperty("inserted").GetInt64());
        Assert.Equal(0, first.GetProperty("rejected").GetInt64());
        JsonElement second = await QuickstartAsync();
        Assert.Equal(first.GetProperty("read").GetInt64(), second.GetProperty("duplicate").GetInt64());
        Assert.Equal(0, second.GetProperty("foreignRowsSeen").GetInt64());
        Assert.True(second.GetProperty("unansweredCalls").GetInt64() > 0);
        Assert.All(second.GetProperty("attempts").EnumerateArray(), attempt =>
            Assert.True(attempt.GetProperty("held").GetBoolean(), attempt.ToString())
        );
    }

    async Task<JsonElement> QuickstartAsync(params string[] options)
    {
        CliRun run = await RunAsync("Quickstart", ["--json", .. options]);
        Assert.True(run.ExitCode == 0, $"{run.Output}\n{run.Errors}");
        return JsonDocument.Parse(run.Output).RootElement;
    }

    [Fact]
    public async Task An_application_with_SQL_injection_gives_away_no_row_of_another_customer()
    {
        CliRun run = await RunAsync("Isolation");
        Assert.True(run.ExitCode == 0, $"{run.Output}\n{run.Errors}");
        Assert.Contains("Rows that the actor must not see: 0 in 14 attempts.", run.Output, StringComparison.Ordinal);
        Assert.Equal(2, (await RunAsync("Quickstart", "--nonsense")).ExitCode);
    }

    [Fact]
    public async Task A_person_gets_an_archive_and_is_then_erased_with_nothing_left()
    {
        CliRun run = await RunAsync("SubjectRequests");
        Assert.True(run.ExitCode == 0, $"{run.Output}\n{run.Errors}");
        Assert.Contains("manifest.json", run.Output, StringComparison.Ordinal);
        Assert.Contains("signature valid: True", run.Output, StringComparison.Ordinal);
        Assert.Contains("0 rows left; erased: True", run.Output, StringComparison.Ordinal);
    }

    async Task<CliRun> RunAsync(string sample, params string[] arguments)
    {
        using Process process = CliRun.Start(
            Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? $"{sample}.exe" : sample),
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
