namespace CallIntel.Cli.Tests;

/// <summary>Invalid commands and settings end with exit code 2, and no error repeats a secret.</summary>
public sealed class UsageTests(CliFixture fixture)
{
    static readonly Dictionary<string, string?> EmptyEnvironment = [];

    [Theory]
    [InlineData("Host=h;Username=u;Password=canary")]
    [InlineData("postgres://user:canary@host/database")]
    [InlineData("--password=canary")]
    [InlineData("--passphrase", "canary")]
    [InlineData("--connection-string", "canary")]
    public async Task Secrets_in_arguments_are_rejected_and_not_repeated(params string[] arguments)
    {
        CliRun run = await CliRun.RunAsync(EmptyEnvironment, ["migrate", .. arguments]);
        run.AssertFailed(2, "CI0221");
        Assert.DoesNotContain("canary", run.Errors, StringComparison.Ordinal);
        Assert.Equal(
            (2, "CI0221"),
            (await CliRun.RunAsync(EmptyEnvironment, ["migrate", "--json", .. arguments])).Failure()
        );
    }

    [Theory]
    [InlineData]
    [InlineData("emigrate")]
    [InlineData("migrate", "--fast")]
    [InlineData("partitions")]
    [InlineData("import")]
    [InlineData("import", "file.csv")]
    [InlineData("import", "file.csv", "--source", "s", "--format", "excel")]
    [InlineData("import", "file.csv", "--source", "s", "--batch-size", "0")]
    public async Task Invalid_commands_end_with_exit_code_2(params string[] arguments)
    {
        (await CliRun.RunAsync(EmptyEnvironment, arguments)).AssertFailed(2, "CI0220");
        Assert.Equal((2, "CI0220"), (await CliRun.RunAsync(EmptyEnvironment, [.. arguments, "--json"])).Failure());
    }

    [Theory]
    [InlineData("migrate")]
    [InlineData("doctor")]
    [InlineData("health")]
    public async Task Commands_without_a_connection_string_name_the_environment_variable_to_set(string command)
    {
        CliRun run = await CliRun.RunAsync(EmptyEnvironment, command);
        run.AssertFailed(2, "CI0220");
        Assert.Contains("CALLINTEL_", run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Options_files_that_are_readable_by_others_or_invalid_are_rejected()
    {
        string open = fixture.Write("open.json", """{ "adminConnectionString": "Host=canary" }""");
        File.SetUnixFileMode(
            open,
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead
        );
        (await CliRun.RunAsync(EmptyEnvironment, "doctor", "--options", open)).AssertFailed(2, "CI0220");

        foreach (string text in (string[])["", "null", "{", """{ "conectionString": "canary" }""", """{ "org": 1 }"""])
        {
            string path = fixture.Write("wrong.json", text);
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            CliRun run = await CliRun.RunAsync(
                new Dictionary<string, string?> { ["CALLINTEL_OPTIONS"] = path },
                "doctor"
            );
            run.AssertFailed(2, "CI0220");
            Assert.DoesNotContain("canary", run.Errors, StringComparison.Ordinal);
        }
        (
            await CliRun.RunAsync(EmptyEnvironment, "doctor", "--options", Path.Combine(fixture.Folder, "missing.json"))
        ).AssertFailed(2, "CI0220");
    }

    [Fact]
    public async Task Help_lists_the_commands_and_ends_with_exit_code_0()
    {
        CliRun run = await CliRun.RunAsync(EmptyEnvironment, "--help");
        Assert.Equal(0, run.ExitCode);
        Assert.All((string[])["migrate", "import", "health", "partitions", "doctor"], command =>
            Assert.Contains(command, run.Output, StringComparison.Ordinal)
        );
    }
}
