using System.Text.Json;
using CallIntel.Sdk.Migrations;
using CallIntel.Sdk.Testing;
using Npgsql;

namespace CallIntel.Cli.Tests;

/// <summary>migrate, partitions and doctor, as a process against a real server.</summary>
public sealed class OperationsCommandTests(CliFixture fixture)
{
    [Fact]
    public async Task Migrate_installs_the_package_and_then_finds_nothing_to_do()
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
                (0, $"Schema version {SchemaMigrator.TargetVersion}; nothing was to do.\n", ""),
                (second.ExitCode, second.Output, second.Errors)
            );
            Assert.Contains("CI0002", Codes(await CliRun.RunAsync(environment, "doctor", "--json"))); // no signing key yet
        }
        finally
        {
            await fixture.ExecuteAsync($"drop database {name} with (force)");
        }
    }

    [Fact]
    public async Task Partitions_are_made_once()
    {
        await using TestDatabase database = await fixture.CloneAsync();
        Dictionary<string, string?> environment = CliFixture.AdminOf(database);
        JsonElement made = (
            await CliRun.RunAsync(environment, "partitions", "ensure", "--from", "2019-11", "--to", "2019-12", "--json")
        ).Result();
        Assert.Equal(
            ("2019-11", "2019-12", 12),
            (
                made.GetProperty("firstMonth").GetString(),
                made.GetProperty("lastMonth").GetString(),
                made.GetProperty("made").GetInt32()
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
        Assert.Equal((0, "2019-11 to 2019-12: all partitions are there.\n"), (again.ExitCode, again.Output));

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
    public async Task The_doctor_finds_nothing_but_advice_in_a_database_that_is_set_up_and_names_what_was_broken()
    {
        await using TestDatabase database = await fixture.CloneAsync();
        Dictionary<string, string?> environment = CliFixture.AdminOf(database);
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
    public async Task A_server_that_is_not_there_and_a_wrong_password_end_with_3()
    {
        Dictionary<string, string?> nowhere = new()
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
            Assert.Equal((3, "CI0010"), (await CliRun.RunAsync(nowhere, [.. command, "--json"])).Failure());
            (await CliRun.RunAsync(nowhere, command)).AssertFailed(3, "CI0010");
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
    public async Task The_applications_role_may_not_examine()
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
