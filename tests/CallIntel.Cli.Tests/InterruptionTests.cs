using System.Diagnostics;
using System.Text.Json;
using CallIntel.Sdk.Ingestion.Importers;
using CallIntel.Sdk.Ingestion.Importers.Mapping;
using CallIntel.Sdk.Testing;

namespace CallIntel.Cli.Tests;

/// <summary>Interrupts imports with SIGINT (Ctrl-C) and SIGTERM (a service manager).</summary>
public sealed class InterruptionTests(CliFixture fixture)
{
    const int Records = 60_000,
        BatchSize = 500;

    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    public async Task An_interrupted_import_reports_its_cursor_and_resumes_after_it(string signal)
    {
        await using TestDatabase database = await fixture.CloneAsync();
        TestOrg org = await database.CreateOrgAsync("org", TestContext.Current.CancellationToken);
        Dictionary<string, string?> environment = fixture.ApplicationEnvironment(database, org);
        string[] import =
        [
            "import",
            ImportCommandTests.CallsFile(fixture, Records),
            "--source",
            "pbx",
            "--mapping",
            ImportCommandTests.MappingFile(fixture),
            "--batch-size",
            $"{BatchSize}",
            "--json",
        ];

        using Process process = CliRun.Start(environment, import);
        Task<CliRun> waiting = CliRun.WaitAsync(process);
        while (await ImportCommandTests.CountAsync(database, org) < 4 * BatchSize)
            Assert.False(process.HasExited);
        await Process
            .Start("kill", [$"-{signal}", $"{process.Id}"])
            .WaitForExitAsync(TestContext.Current.CancellationToken);
        CliRun interrupted = await waiting;

        JsonElement document = interrupted.Document();
        Assert.Equal((130, "interrupted"), (interrupted.ExitCode, document.GetProperty("outcome").GetString()));
        long stored = await ImportCommandTests.CountAsync(database, org);
        Assert.Equal(0, stored % BatchSize);
        Assert.InRange(stored, 4 * BatchSize, Records - 1);
        Assert.EndsWith(
            $":{stored}",
            document.GetProperty("result").GetProperty("cursor").GetString(),
            StringComparison.Ordinal
        );
        Assert.Contains("failing", (await CliRun.RunAsync(environment, "health")).Output, StringComparison.Ordinal);

        // a cursor of one file does not skip records of another
        Assert.Equal(
            (4, "CI0170"),
            (
                await CliRun.RunAsync(
                    environment,
                    ["import", fixture.Write("other.csv", "id,at,party,seconds\n"), .. import[2..], "--resume"]
                )
            ).Failure()
        );

        CliRun resumed = await CliRun.RunAsync(environment, [.. import, "--resume"]);
        Assert.Equal(
            (0, Records - stored, Records - stored),
            (
                resumed.ExitCode,
                ImportCommandTests.Number(resumed, "read"),
                ImportCommandTests.Number(resumed, "inserted")
            )
        );
        Assert.Equal(Records, await ImportCommandTests.CountAsync(database, org));
    }

    [Fact]
    public async Task An_interrupted_import_writes_the_rejects_of_the_stored_batches()
    {
        const int BadEvery = 10;
        await using TestDatabase database = await fixture.CloneAsync();
        TestOrg org = await database.CreateOrgAsync("org", TestContext.Current.CancellationToken);
        Dictionary<string, string?> environment = fixture.ApplicationEnvironment(database, org);
        string rejects = Path.Combine(fixture.Folder, "rejects-interrupted.jsonl");
        await File.WriteAllTextAsync(rejects, "rejects of another import", TestContext.Current.CancellationToken);
        string[] import =
        [
            "import",
            ImportCommandTests.CallsFile(fixture, Records, BadEvery),
            "--source",
            "pbx",
            "--mapping",
            ImportCommandTests.MappingFile(fixture),
            "--batch-size",
            $"{BatchSize}",
            "--rejects",
            rejects,
            "--json",
        ];

        using Process process = CliRun.Start(environment, import);
        Task<CliRun> waiting = CliRun.WaitAsync(process);
        while (await ImportCommandTests.CountAsync(database, org) < 4 * BatchSize)
            Assert.False(process.HasExited);
        await Process.Start("kill", ["-INT", $"{process.Id}"]).WaitForExitAsync(TestContext.Current.CancellationToken);
        CliRun interrupted = await waiting;

        Assert.Equal(130, interrupted.ExitCode);
        long first = await ImportCommandTests.CountAsync(database, org, "ingest_rejects");
        Assert.InRange(first, 1, (Records / BadEvery) - 1);
        Assert.Equal(
            (first, first),
            (
                ImportCommandTests.Number(interrupted, "rejectsWritten"),
                ImportCommandTests.Number(interrupted, "rejected")
            )
        );
        JsonElement[] lines =
        [
            .. (await File.ReadAllLinesAsync(rejects, TestContext.Current.CancellationToken)).Select(line =>
                JsonDocument.Parse(line).RootElement
            ),
        ];
        Assert.Equal(first, lines.Length);
        Assert.All(lines, line =>
            Assert.Contains(",yesterday,", line.GetProperty("raw").GetString(), StringComparison.Ordinal)
        );

        CliRun resumed = await CliRun.RunAsync(environment, [.. import, "--resume"]);
        Assert.Equal(
            ((Records / BadEvery) - first, Records / BadEvery),
            (
                ImportCommandTests.Number(resumed, "rejectsWritten"),
                await ImportCommandTests.CountAsync(database, org, "ingest_rejects")
            )
        );
        Assert.Equal(Records - (Records / BadEvery), await ImportCommandTests.CountAsync(database, org));
    }
}
