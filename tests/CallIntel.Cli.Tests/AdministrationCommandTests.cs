using System.Text.Json;
using CallIntel.Sdk.Migrations;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using Npgsql;

namespace CallIntel.Cli.Tests;

/// <summary>Sets up a deployment from an empty database with the program alone, and manages it.</summary>
public sealed class AdministrationCommandTests(CliFixture fixture)
{
    const string Calls = """
        <calls count="2">
          <call number="+14155550101" duration="30" date="1767603600000" type="1" />
          <call number="+14155550102" duration="0" date="1767607200000" type="3" />
        </calls>
        """;

    [Fact]
    public async Task A_deployment_is_set_up_from_nothing_without_code()
    {
        string name = $"callintel_cli_{Guid.CreateVersion7(TimeProvider.System.GetUtcNow()):n}";
        string folder = Path.Combine(fixture.Folder, name);
        await fixture.ExecuteAsync($"create database {name}");
        try
        {
            NpgsqlConnectionStringBuilder admin = new(fixture.ServerConnectionString) { Database = name };
            Dictionary<string, string?> environment = new()
            {
                ["CALLINTEL_ADMIN_CONNECTION"] = admin.ConnectionString,
                ["CALLINTEL_CONNECTION"] = await AppConnectionStringAsync(name),
                ["CALLINTEL_SIGNING_KEY_FILE"] = Path.Combine(folder, "signing-keys.json"),
                ["CALLINTEL_KEY_RING_FILE"] = Path.Combine(folder, "key-ring.json"),
                ["CALLINTEL_KEY_RING_PASSPHRASE"] = "correct horse battery staple",
            };
            CliRun migrated = await CliRun.RunAsync(environment, "migrate");
            Assert.Contains("callintel keys init", migrated.Output, StringComparison.Ordinal);

            JsonElement keys = (await CliRun.RunAsync(environment, "keys", "init", "--json")).Result();
            Assert.True(keys.GetProperty("signingKeysCreated").GetBoolean());
            Assert.True(keys.GetProperty("keyRingCreated").GetBoolean());
            Assert.True(keys.GetProperty("installed").GetBoolean());
            Assert.Equal(
                UnixFileMode.UserRead | UnixFileMode.UserWrite,
                File.GetUnixFileMode(Path.Combine(folder, "key-ring.json"))
            );
            string before = await File.ReadAllTextAsync(
                Path.Combine(folder, "signing-keys.json"),
                TestContext.Current.CancellationToken
            );
            JsonElement again = (await CliRun.RunAsync(environment, "keys", "init", "--json")).Result();
            Assert.False(again.GetProperty("signingKeysCreated").GetBoolean());
            Assert.Equal(
                before,
                await File.ReadAllTextAsync(
                    Path.Combine(folder, "signing-keys.json"),
                    TestContext.Current.CancellationToken
                )
            );

            Assert.Equal(0, (await CliRun.RunAsync(environment, "db", "password")).ExitCode);
            JsonElement org = (await CliRun.RunAsync(environment, "org", "create", "First & Co", "--json")).Result();
            environment["CALLINTEL_ORG"] = org.GetProperty("org").GetString();
            environment["CALLINTEL_MEMBER"] = org.GetProperty("owner").GetString();

            JsonElement member = (await CliRun.RunAsync(environment, "member", "add", "ingester", "--json")).Result();
            string file = fixture.Write("calls.xml", Calls);
            JsonElement import = (
                await CliRun.RunAsync(
                    environment,
                    "import",
                    file,
                    "--source",
                    "phone",
                    "--member",
                    member.GetProperty("member").GetString()!,
                    "--json"
                )
            ).Result();
            Assert.Equal(2, import.GetProperty("inserted").GetInt64());

            Assert.Contains(
                "phone",
                (await CliRun.RunAsync(environment, "source", "list")).Output,
                StringComparison.Ordinal
            );
            Assert.Equal(0, (await CliRun.RunAsync(environment, "source", "retire", "phone")).ExitCode);
            JsonElement source = (await CliRun.RunAsync(environment, "source", "list", "--json")).Result();
            Assert.NotEqual(JsonValueKind.Null, source.GetProperty("sources")[0].GetProperty("retiredAt").ValueKind);
        }
        finally
        {
            await fixture.ExecuteAsync($"drop database {name} with (force)");
        }
    }

    [Fact]
    public async Task Shred_asks_for_confirmation_and_destroys_the_keys_of_one_contact()
    {
        await using TestDatabase database = await fixture.CloneAsync();
        TestOrg org = await database.CreateOrgAsync("shred", TestContext.Current.CancellationToken);
        Dictionary<string, string?> environment = fixture.ApplicationEnvironment(database, org);
        string file = fixture.Write("calls.xml", Calls);
        Assert.Equal(0, (await CliRun.RunAsync(environment, "import", file, "--source", "phone")).ExitCode);
        Guid contact;
        await using (
            NpgsqlCommand any = database.Admin.CreateCommand(
                $"select id from callintel_private.contacts where org_id = '{org.Id}' order by id limit 1"
            )
        )
            contact = (Guid)(await any.ExecuteScalarAsync(TestContext.Current.CancellationToken))!;

        (await CliRun.RunAsync(environment, "shred", $"{contact}")).AssertFailed(2, "CI0220");
        (await CliRun.RunAsync(environment, "shred", "+14155550101", "--yes")).AssertFailed(2, "CI0220");
        (await CliRun.RunAsync(environment, "shred", $"{Guid.AllBitsSet}", "--yes")).AssertFailed(4, "CI0152");
        JsonElement shredded = (await CliRun.RunAsync(environment, "shred", $"{contact}", "--yes", "--json")).Result();
        Assert.Equal(1, shredded.GetProperty("keysDestroyed").GetInt32());
        (
            await CliRun.RunAsync(
                fixture.ApplicationEnvironment(database, org, OrgRole.Viewer),
                "shred",
                $"{contact}",
                "--yes"
            )
        ).AssertFailed(4, "CI0005");
    }

    [Fact]
    public async Task Script_prints_what_migrate_would_run()
    {
        CliRun script = await CliRun.RunAsync(new Dictionary<string, string?>(), "script");
        Assert.Equal(
            (0, SchemaMigrator.GenerateScript(0, SchemaMigrator.TargetVersion), ""),
            (script.ExitCode, script.Output, script.Errors)
        );
        (await CliRun.RunAsync(new Dictionary<string, string?>(), "script", "--from", "3", "--to", "2")).AssertFailed(
            2,
            "CI0220"
        );
    }

    [Fact]
    public async Task The_sample_of_the_options_file_can_be_read()
    {
        CliRun sample = await CliRun.RunAsync(new Dictionary<string, string?>(), "options", "sample");
        Assert.Equal(0, sample.ExitCode);
        string file = fixture.Write("options.json", sample.Output);
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        // Every property is known; the placeholders are not a server.
        CliRun run = await CliRun.RunAsync(new Dictionary<string, string?>(), "health", "--options", file);
        Assert.NotEqual(0, run.ExitCode);
        Assert.DoesNotContain("options file", run.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("keys", "init")]
    [InlineData("db", "password")]
    [InlineData("org", "create", "x")]
    [InlineData("member", "add", "emperor")]
    [InlineData("source", "list")]
    public async Task A_command_without_its_settings_says_what_is_missing(params string[] arguments) =>
        (await CliRun.RunAsync(new Dictionary<string, string?>(), arguments)).AssertFailed(2, "CI0220");

    [Fact]
    public async Task Demo_shows_the_dashboard_of_a_file_without_any_setting()
    {
        CliRun run = await CliRun.RunAsync(
            ServerOnly(),
            "demo",
            fixture.Write("calls.xml", Calls),
            "--time-zone",
            "America/New_York",
            "--json"
        );
        JsonElement result = run.Result();
        Assert.Equal(
            ("android", 2L),
            (result.GetProperty("format").GetString(), result.GetProperty("inserted").GetInt64())
        );
        JsonElement figures = result.GetProperty("figures");
        Assert.Equal(1, figures.GetProperty("unansweredCalls").GetInt64());
        Assert.Equal("America/New_York", figures.GetProperty("timeZone").GetString());
        // 2026-01-05 09:00 and 10:00 UTC
        Assert.Equal(
            [4, 5],
            figures.GetProperty("busiestHours").EnumerateArray().Select(h => h.GetProperty("hour").GetInt32()).Order()
        );

        CliRun text = await CliRun.RunAsync(
            ServerOnly(),
            "demo",
            fixture.Write("none.xml", "<calls count=\"0\"></calls>")
        );
        Assert.Equal(1, text.ExitCode);
        Assert.Contains("nothing to show", text.Output, StringComparison.Ordinal);
    }

    /// <summary>The server of the tests, if the environment names one, and no setting of the program.</summary>
    static Dictionary<string, string?> ServerOnly() =>
        new() { [PostgresServerVariable] = Environment.GetEnvironmentVariable(PostgresServerVariable) };

    const string PostgresServerVariable = "CALLINTEL_POSTGRES";

    /// <summary>The password that the other tests use too, because the role belongs to the whole server.</summary>
    async Task<string> AppConnectionStringAsync(string name)
    {
        await using TestDatabase database = await fixture.CloneAsync();
        return new NpgsqlConnectionStringBuilder(database.AppConnectionString) { Database = name }.ConnectionString;
    }
}
