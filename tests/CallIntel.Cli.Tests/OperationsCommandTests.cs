using System.Text.Json;
using CallIntel.Sdk;
using CallIntel.Sdk.Migrations;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using Npgsql;

namespace CallIntel.Cli.Tests;

/// <summary>Runs <c>migrate</c>, <c>partitions</c> and <c>doctor</c> as a process against a server.</summary>
public sealed class OperationsCommandTests(CliFixture fixture)
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Migrate_installs_the_SQL_package_once()
    {
        string name = $"callintel_cli_{Guid.CreateVersion7(TimeProvider.System.GetUtcNow()):n}";
        await fixture.ExecuteAsync($"create database {name}");
        try
        {
            Dictionary<string, string?> environment = new()
            {
                ["CALLINTEL_ADMIN_CONNECTION"] = new NpgsqlConnectionStringBuilder(fixture.ServerConnectionString)
                {
                    Database = name,
                }.ConnectionString,
            };
            CliRun empty = await CliRun.RunAsync(environment, "doctor", "--json");
            Assert.Equal(1, empty.ExitCode);
            Assert.Contains("CI0013", Codes(empty));

            JsonElement first = (await CliRun.RunAsync(environment, "migrate", "--json")).Result();
            Assert.Equal(
                (0, SchemaMigrator.TargetVersion),
                (first.GetProperty("fromVersion").GetInt32(), first.GetProperty("toVersion").GetInt32())
            );
            Assert.Equal("schema/V0001__roles.sql", first.GetProperty("applied")[0].GetString());

            CliRun second = await CliRun.RunAsync(environment, "migrate");
            Assert.Equal(
                (0, $"Schema version {SchemaMigrator.TargetVersion}. The database is up to date.\n", ""),
                (second.ExitCode, second.Output, second.Errors)
            );
            // no signing key is installed yet
            Assert.Contains("CI0002", Codes(await CliRun.RunAsync(environment, "doctor", "--json")));
        }
        finally
        {
            await fixture.ExecuteAsync($"drop database {name} with (force)");
        }
    }

    [Fact]
    public async Task Partitions_ensure_creates_missing_partitions_once()
    {
        await using TestDatabase database = await fixture.CloneAsync();
        Dictionary<string, string?> environment = CliFixture.AdminEnvironment(database);
        JsonElement created = (
            await CliRun.RunAsync(environment, "partitions", "ensure", "--from", "2019-11", "--to", "2019-12", "--json")
        ).Result();
        Assert.Equal(
            ("2019-11", "2019-12", 14),
            (
                created.GetProperty("firstMonth").GetString(),
                created.GetProperty("lastMonth").GetString(),
                created.GetProperty("made").GetInt32()
            )
        );
        CliRun again = await CliRun.RunAsync(
            environment,
            "partitions",
            "ensure",
            "--from",
            "2019-11",
            "--to",
            "2019-12"
        );
        Assert.Equal((0, "2019-11 to 2019-12: all partitions exist.\n"), (again.ExitCode, again.Output));

        Assert.Equal(
            (2, "CI0220"),
            (await CliRun.RunAsync(environment, "partitions", "ensure", "--from", "November", "--json")).Failure()
        );
        Assert.Equal(
            (2, "CI0009"),
            (
                await CliRun.RunAsync(
                    environment,
                    "partitions",
                    "ensure",
                    "--from",
                    "2026-02",
                    "--to",
                    "2026-01",
                    "--json"
                )
            ).Failure()
        );
    }

    [Fact]
    public async Task Partitions_drop_reports_months_and_drops_them_only_without_a_dry_run()
    {
        await using TestDatabase database = await fixture.CloneAsync();
        Dictionary<string, string?> environment = CliFixture.AdminEnvironment(database);
        await CliRun.RunAsync(environment, "partitions", "ensure", "--from", "2019-11", "--to", "2019-11");
        CliRun nothing = await CliRun.RunAsync(environment, "partitions", "drop");
        Assert.Equal((0, "No month is older than the retention of an org.\n"), (nothing.ExitCode, nothing.Output));
        TestOrg org = await database.CreateOrgAsync("expired", Cancellation);
        await using (OrgSession admin = await org.OpenSessionAsync(OrgRole.Admin, Cancellation))
            await admin.SubjectRequests.SetRetentionAsync(1_000, Cancellation);
        foreach (
            (string[] command, string outcome) in new[]
            {
                (new[] { "partitions", "drop", "--json", "--dry-run" }, "due"),
                (["partitions", "drop", "--json"], "dropped"),
            }
        )
        {
            JsonElement month = Assert.Single(
                (await CliRun.RunAsync(environment, command)).Result().GetProperty("months").EnumerateArray().ToArray()
            );
            Assert.Equal(
                ("2019-11-01", outcome),
                (month.GetProperty("month").GetString(), month.GetProperty("outcome").GetString())
            );
        }
        Assert.Empty(
            (await CliRun.RunAsync(environment, "partitions", "drop", "--json"))
                .Result()
                .GetProperty("months")
                .EnumerateArray()
        );
    }

    [Fact]
    public async Task Doctor_gives_only_advice_for_a_healthy_database_and_names_the_table_that_lost_its_protection()
    {
        await using TestDatabase database = await fixture.CloneAsync();
        Dictionary<string, string?> environment = CliFixture.AdminEnvironment(database);
        CliRun missing = await CliRun.RunAsync(environment, "doctor", "--json");
        Assert.Equal(1, missing.ExitCode);
        Assert.Equal(
            ["CI0225"],
            missing
                .Result()
                .GetProperty("findings")
                .EnumerateArray()
                .Where(finding => finding.GetProperty("severity").GetString() != "advice")
                .Select(finding => finding.GetProperty("code").GetString())
                .Distinct()
        );
        Assert.Equal(0, (await CliRun.RunAsync(environment, "partitions", "ensure")).ExitCode);

        CliRun healthy = await CliRun.RunAsync(environment, "doctor", "--json");
        Assert.Equal(0, healthy.ExitCode);
        JsonElement result = healthy.Result();
        Assert.Equal(SchemaMigrator.TargetVersion, result.GetProperty("schemaVersion").GetInt32());
        Assert.All(result.GetProperty("findings").EnumerateArray(), finding =>
            Assert.Equal("advice", finding.GetProperty("severity").GetString())
        );

        await fixture.ExecuteAsync(
            "alter table callintel_private.contacts no force row level security",
            database.AdminConnectionString
        );
        CliRun broken = await CliRun.RunAsync(environment, "doctor");
        Assert.Equal(1, broken.ExitCode);
        Assert.Contains(
            "danger CI0222: Row-level security is not forced on callintel_private.contacts.\n",
            broken.Output,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task An_unreachable_server_and_a_wrong_password_end_with_exit_code_3()
    {
        Dictionary<string, string?> unreachable = new()
        {
            ["CALLINTEL_ADMIN_CONNECTION"] = "Host=127.0.0.1;Port=9;Username=callintel_ops;Database=none;Timeout=5",
        };
        foreach (
            string[] command in (string[][])
                [
                    ["migrate"],
                    ["partitions", "ensure"],
                    ["doctor"],
                ]
        )
        {
            Assert.Equal((3, "CI0010"), (await CliRun.RunAsync(unreachable, [.. command, "--json"])).Failure());
            (await CliRun.RunAsync(unreachable, command)).AssertFailed(3, "CI0010");
        }
        await using TestDatabase database = await fixture.CloneAsync();
        string wrong = new NpgsqlConnectionStringBuilder(database.AppConnectionString)
        {
            Password = "wrong-canary",
        }.ConnectionString;
        CliRun refused = await CliRun.RunAsync(
            new Dictionary<string, string?> { ["CALLINTEL_ADMIN_CONNECTION"] = wrong },
            "doctor"
        );
        refused.AssertFailed(3, "CI0011");
        Assert.DoesNotContain("canary", refused.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Doctor_refuses_the_role_of_the_application()
    {
        await using TestDatabase database = await fixture.CloneAsync();
        Dictionary<string, string?> environment = new()
        {
            ["CALLINTEL_ADMIN_CONNECTION"] = database.AppConnectionString,
        };
        Assert.Equal((4, "CI0005"), (await CliRun.RunAsync(environment, "doctor", "--json")).Failure());
    }

    static List<string> Codes(CliRun run) =>
        [
            .. run.Result()
                .GetProperty("findings")
                .EnumerateArray()
                .Select(finding => finding.GetProperty("code").GetString()!),
        ];
}
