using System.Text.Json;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using Npgsql;

namespace CallIntel.Cli.Tests;

/// <summary>An org is filled, looked into, exported and deleted with the program alone.</summary>
public sealed class OrgCommandTests(CliFixture fixture)
{
    const string Calls = """
        <calls count="3">
          <call number="+14155550101" duration="30" date="1767603600000" type="1" />
          <call number="+14155550102" duration="0" date="1767607200000" type="3" />
          <call number="+14155550103" duration="soon" date="1767607200000" type="3" />
        </calls>
        """;

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_org_is_exported_and_deleted()
    {
        await using TestDatabase database = await fixture.CloneAsync();
        TestOrg org = await database.CreateOrgAsync("Leaving & Co", Cancellation);
        Dictionary<string, string?> owner = fixture.ApplicationEnvironment(database, org, OrgRole.Owner);
        CliRun import = await CliRun.RunAsync(owner, "import", fixture.Write("calls.xml", Calls), "--source", "phone");
        Assert.Equal(1, import.ExitCode);

        CliRun rejects = await CliRun.RunAsync(owner, "rejects");
        Assert.Equal(1, rejects.ExitCode);
        Assert.Contains("1 records rejected", rejects.Output, StringComparison.Ordinal);
        Assert.Contains("1 malformed (duration: expected", rejects.Output, StringComparison.Ordinal);
        string file = Path.Combine(fixture.Folder, "rejects-of-a-run.jsonl");
        Assert.Equal(1, (await CliRun.RunAsync(owner, "rejects", "--to", file)).ExitCode);
        Assert.Contains(
            "\"detail\":\"duration: expected",
            await File.ReadAllTextAsync(file, Cancellation),
            StringComparison.Ordinal
        );

        string folder = Path.Combine(fixture.Folder, "export-of-an-org");
        JsonElement export = (
            await CliRun.RunAsync(owner, "org", "export", folder, "--purpose", "LegalObligation", "--json")
        ).Result();
        Assert.Equal(2, export.GetProperty("events").GetInt64());
        string records = Path.Combine(folder, "records.jsonl");
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(records));
        Assert.Contains("+14155550101", await File.ReadAllTextAsync(records, Cancellation), StringComparison.Ordinal);
        Assert.Equal(2, (await File.ReadAllLinesAsync(Path.Combine(folder, "events.vcon.jsonl"), Cancellation)).Length);
        (await CliRun.RunAsync(owner, "org", "export", folder, "--purpose", "LegalObligation")).AssertFailed(
            2,
            "CI0220"
        );

        (await CliRun.RunAsync(owner, "org", "delete")).AssertFailed(2, "CI0220");
        Assert.NotEqual(0, (await CliRun.RunAsync(owner, "org", "delete", "--confirm", "Leaving")).ExitCode);
        Assert.NotEqual(
            0,
            (
                await CliRun.RunAsync(
                    fixture.ApplicationEnvironment(database, org),
                    "org",
                    "delete",
                    "--confirm",
                    "Leaving & Co"
                )
            ).ExitCode
        );
        JsonElement deleted = (
            await CliRun.RunAsync(owner, "org", "delete", "--confirm", "Leaving & Co", "--json")
        ).Result();
        Assert.Equal(org.Id.ToString(), deleted.GetProperty("org").GetString());
        await using NpgsqlCommand count = database.Admin.CreateCommand(
            "select (select count(*) from callintel_private.orgs) + (select count(*) from callintel_private.events)"
        );
        Assert.Equal(0L, await count.ExecuteScalarAsync(Cancellation));
    }

    [Fact]
    public async Task A_dry_run_explains_how_directions_were_decided()
    {
        string file = fixture.Write("calls.xml", Calls);
        CliRun run = await CliRun.RunAsync(
            new Dictionary<string, string?>(),
            "import",
            file,
            "--source",
            "phone",
            "--dry-run",
            "--explain"
        );
        Assert.Contains("directions decided by: 2 Stated", run.Output, StringComparison.Ordinal);
        Assert.Contains(
            "Inbound, because the source states the direction; own side: not in the record",
            run.Output,
            StringComparison.Ordinal
        );
        (
            await CliRun.RunAsync(new Dictionary<string, string?>(), "import", file, "--source", "phone", "--explain")
        ).AssertFailed(2, "CI0220");
    }
}
