namespace CallIntel.Cli.Tests;

/// <summary>Commands that are none, and settings that are wrong: exit code 2, and no secret is ever repeated.</summary>
public sealed class UsageTests(CliFixture fixture)
{
    static readonly Dictionary<string, string?> Nothing = [];

    [Theory]
    [InlineData("Host=h;Username=u;Password=canary")]
    [InlineData("postgres://user:canary@host/database")]
    [InlineData("--password=canary")]
    [InlineData("--passphrase", "canary")]
    [InlineData("--connection-string", "canary")]
    public async Task Secrets_in_arguments_are_refused_and_not_repeated(params string[] arguments)
    {
        CliRun run = await CliRun.RunAsync(Nothing, ["migrate", .. arguments]);
        run.AssertFailed(2, "CI0221");
        Assert.DoesNotContain("canary", run.Errors, StringComparison.Ordinal);
        Assert.Equal((2, "CI0221"), (await CliRun.RunAsync(Nothing, ["migrate", "--json", .. arguments])).Failure());
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
    public async Task What_is_no_command_ends_with_2(params string[] arguments)
    {
        (await CliRun.RunAsync(Nothing, arguments)).AssertFailed(2, "CI0220");
        Assert.Equal((2, "CI0220"), (await CliRun.RunAsync(Nothing, [.. arguments, "--json"])).Failure());
    }

    [Theory]
    [InlineData("migrate")]
    [InlineData("doctor")]
    [InlineData("health")]
    public async Task Without_a_connection_string_a_command_says_where_to_set_one(string command)
    {
        CliRun run = await CliRun.RunAsync(Nothing, command);
        run.AssertFailed(2, "CI0220");
        Assert.Contains("CALLINTEL_", run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_options_file_that_others_may_read_or_that_is_none_is_refused()
    {
        string open = fixture.Write("open.json", """{ "adminConnectionString": "Host=canary" }""");
        File.SetUnixFileMode(
            open,
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead
        );
        (await CliRun.RunAsync(Nothing, "doctor", "--options", open)).AssertFailed(2, "CI0220");

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
            await CliRun.RunAsync(Nothing, "doctor", "--options", Path.Combine(fixture.Folder, "missing.json"))
        ).AssertFailed(2, "CI0220");
    }

    [Fact]
    public async Task Help_names_the_commands_and_ends_with_0()
    {
        CliRun run = await CliRun.RunAsync(Nothing, "--help");
        Assert.Equal(0, run.ExitCode);
        Assert.All((string[])["migrate", "import", "health", "partitions", "doctor"], command =>
            Assert.Contains(command, run.Output, StringComparison.Ordinal)
        );
    }
}
