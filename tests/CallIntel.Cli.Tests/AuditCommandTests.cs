using System.Text.Json;
using CallIntel.Sdk;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;

namespace CallIntel.Cli.Tests;

/// <summary>Seals, verifies and exports the ledgers by the command line.</summary>
public sealed class AuditCommandTests(CliFixture fixture) : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("callintel-audit").FullName;

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Ledgers_are_sealed_verified_and_exported_and_a_change_by_a_superuser_is_named()
    {
        await using TestDatabase database = await fixture.CloneAsync();
        TestOrg org = await database.CreateOrgAsync("org", Cancellation);
        await using (OrgSession owner = await org.OpenSessionAsync(OrgRole.Owner, Cancellation))
            await owner.Teams.CreateAsync("support", Cancellation);
        Dictionary<string, string?> admin = CliFixture.AdminEnvironment(database);
        string keys = Path.Combine(_folder, "seal.json"),
            published = Path.Combine(_folder, "public.json"),
            checkpoints = Path.Combine(_folder, "checkpoints"),
            lines = Path.Combine(_folder, "lines");

        Assert.Equal(
            0,
            (
                await CliRun.RunAsync(
                    admin,
                    ["audit", "new-key", "--keys", keys, "--name", "test", "--public", published]
                )
            ).ExitCode
        );
        Assert.DoesNotContain(
            "private",
            await File.ReadAllTextAsync(published, Cancellation),
            StringComparison.Ordinal
        );
        // transactions elsewhere on the server delay seals
        long pending = 1;
        string[] verify =
        [
            "audit",
            "verify",
            "--keys",
            published,
            "--checkpoints",
            checkpoints,
            "--org",
            org.Id.ToString(),
            "--json",
        ];
        while (pending > 0)
        {
            Assert.Equal(
                0,
                (await CliRun.RunAsync(admin, ["audit", "seal", "--keys", keys, "--checkpoints", checkpoints])).ExitCode
            );
            CliRun intact = await CliRun.RunAsync(admin, verify);
            Assert.Equal(0, intact.ExitCode);
            pending = Json(intact).GetProperty("pending").GetInt64();
        }

        CliRun exported = await CliRun.RunAsync(
            fixture.ApplicationEnvironment(database, org),
            ["audit", "export", "--format", "cef", "--to", lines, "--json"]
        );
        Assert.Equal(0, exported.ExitCode);
        string[] written = await File.ReadAllLinesAsync(lines, Cancellation);
        Assert.Equal(Json(exported).GetProperty("lines").GetInt32(), written.Length);
        Assert.Contains(written, line => line.Contains("|create teams|", StringComparison.Ordinal));
        Assert.Equal(
            2,
            (
                await CliRun.RunAsync(
                    fixture.ApplicationEnvironment(database, org),
                    ["audit", "export", "--format", "xml", "--to", lines]
                )
            ).ExitCode
        );

        await fixture.ExecuteAsync(
            "update callintel_private.audit_log set member_id = gen_random_uuid() where action = 'create' "
                + "and object = 'teams'",
            database.AdminConnectionString
        );
        CliRun found = await CliRun.RunAsync(admin, verify);
        Assert.Equal(1, found.ExitCode);
        JsonElement finding = Assert.Single(Json(found).GetProperty("findings").EnumerateArray());
        Assert.Equal("Edited", finding.GetProperty("kind").GetString());
    }

    static JsonElement Json(CliRun run) => run.Result();

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
