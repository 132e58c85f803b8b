using System.IO.Compression;
using System.Text.Json;
using CallIntel.Sdk;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;

namespace CallIntel.Cli.Tests;

/// <summary>Data subject requests by the command line, from entering one to the archive.</summary>
public sealed class DsrCommandTests(CliFixture fixture) : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("callintel-dsr").FullName;

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_request_for_access_goes_from_the_register_to_an_archive_that_opens()
    {
        await using TestDatabase database = await fixture.CloneAsync();
        TestOrg org = await database.CreateOrgAsync("org", Cancellation);
        Dictionary<string, string?> environment = fixture.ApplicationEnvironment(database, org);
        await using OrgSession owner = await org.OpenSessionAsync(OrgRole.Owner, Cancellation);
        await owner.Ingestion.WriteAsync(
            new IngestSource("cli"),
            [
                new EventRecord
                {
                    OccurredAt = new DateTimeOffset(2026, 1, 10, 10, 0, 0, TimeSpan.Zero),
                    Channel = EventChannel.Sms,
                    Direction = EventDirection.Inbound,
                    Party = "+4520000200",
                    Body = "the parcel arrived",
                    ExternalId = "1",
                },
            ],
            Cancellation
        );
        string identities = await FileAsync("identities", "number 20 00 02 00\nname Anna\n"),
            facts =
                await FileAsync(
                    "facts",
                    """
                    { "controller": "Even & Co", "purposes": ["support"], "recipients": [], "retention": ["a year"],
                      "sources": ["the exchange"] }
                    """
                ),
            archive = Path.Combine(_folder, "archive"),
            key = Path.Combine(_folder, "key"),
            zip = Path.Combine(_folder, "zip");

        JsonElement opened = (
            await CliRun.RunAsync(
                environment,
                [
                    "dsr",
                    "open",
                    "access",
                    "--regulation",
                    "gdpr",
                    "--identities",
                    identities,
                    "--region",
                    "DK",
                    "--json",
                ]
            )
        ).Result();
        string id = opened.GetProperty("request").GetProperty("id").GetString()!;
        // the same person again
        CliRun again = await CliRun.RunAsync(
            environment,
            ["dsr", "open", "access", "--regulation", "gdpr", "--identities", identities, "--region", "DK"]
        );
        Assert.Equal(1, again.ExitCode);
        Assert.Contains(id, again.Output, StringComparison.Ordinal);

        string[] export = ["dsr", "export", id, "--to", archive, "--key-file", key, "--facts", facts, "--json"];
        Assert.Equal("CI0402", (await CliRun.RunAsync(environment, export)).Failure().Code);
        Assert.False(File.Exists(archive) || File.Exists(key)); // nothing is left of an export that failed
        string note = await FileAsync("note", "called back");
        Assert.Equal(
            0,
            (await CliRun.RunAsync(environment, ["dsr", "verify", id, "reasonable", "--note-file", note])).ExitCode
        );
        Assert.Equal(0, (await CliRun.RunAsync(environment, ["dsr", "extend", id, "complexity"])).ExitCode);
        JsonElement report = (await CliRun.RunAsync(environment, export)).Result();
        Assert.Equal(1, report.GetProperty("events").GetInt32());
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(key));
        // files that exist are not overwritten
        Assert.Equal(2, (await CliRun.RunAsync(environment, export)).ExitCode);

        Assert.Equal(
            0,
            (
                await CliRun.RunAsync(
                    new Dictionary<string, string?>(),
                    ["dsr", "unpack", archive, "--to", zip, "--key-file", key]
                )
            ).ExitCode
        );
        await using (ZipArchive file = await ZipFile.OpenReadAsync(zip, Cancellation))
        {
            using StreamReader lines = new(await file.GetEntry("events.jsonl")!.OpenAsync(Cancellation));
            Assert.Contains("the parcel arrived", await lines.ReadToEndAsync(Cancellation), StringComparison.Ordinal);
        }

        JsonElement status = (await CliRun.RunAsync(environment, ["dsr", "status", id, "--json"])).Result();
        Assert.Equal("Executing", status.GetProperty("request").GetProperty("state").GetString());
        Assert.Equal(1, status.GetProperty("rows").GetProperty("events").GetInt32());
        Assert.DoesNotContain("Anna", status.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("called back", status.ToString(), StringComparison.Ordinal);
        JsonElement listed = (await CliRun.RunAsync(environment, ["dsr", "list", "--json"])).Result();
        Assert.Equal(2, listed.GetProperty("requests").GetArrayLength());
        Assert.Equal(0, (await CliRun.RunAsync(environment, ["dsr", "complete", id, "whole"])).ExitCode);
        listed = (await CliRun.RunAsync(environment, ["dsr", "list", "--json"])).Result();
        Assert.Equal(1, listed.GetProperty("requests").GetArrayLength());
    }

    [Fact]
    public async Task Late_requests_are_findings_and_denied_ones_leave_the_list()
    {
        await using TestDatabase database = await fixture.CloneAsync();
        TestOrg org = await database.CreateOrgAsync("org", Cancellation);
        Dictionary<string, string?> environment = fixture.ApplicationEnvironment(database, org);
        string identities = await FileAsync("identities", "name Anna");
        string[] open = ["dsr", "open", "erasure", "--identities", identities];
        string id = (
            await CliRun.RunAsync(
                environment,
                [.. open, "--regulation", "ccpa", "--received", "2026-01-01T10:00:00Z", "--json"]
            )
        )
            .Result()
            .GetProperty("request")
            .GetProperty("id")
            .GetString()!;
        Assert.Equal(1, (await CliRun.RunAsync(environment, ["dsr", "list"])).ExitCode);
        Assert.Equal(
            "CI0402",
            (await CliRun.RunAsync(environment, ["dsr", "extend", id, "other", "--json"])).Failure().Code
        );
        Assert.Equal(0, (await CliRun.RunAsync(environment, ["dsr", "deny", id, "notasubject"])).ExitCode);
        Assert.Equal(0, (await CliRun.RunAsync(environment, ["dsr", "list"])).ExitCode);
        Assert.Contains(
            "Denied",
            (await CliRun.RunAsync(environment, ["dsr", "list", "--all"])).Output,
            StringComparison.Ordinal
        );

        Assert.Equal(2, (await CliRun.RunAsync(environment, [.. open, "--regulation", "hipaa"])).ExitCode);
        Assert.Equal(2, (await CliRun.RunAsync(environment, ["dsr", "open", "99", "--regulation", "gdpr"])).ExitCode);
        Assert.Equal(2, (await CliRun.RunAsync(environment, ["dsr", "deny", id, "1"])).ExitCode);
        string nameless = await FileAsync("nameless", "name");
        Assert.Equal(
            2,
            (
                await CliRun.RunAsync(
                    environment,
                    ["dsr", "open", "access", "--regulation", "gdpr", "--identities", nameless]
                )
            ).ExitCode
        );
        Assert.Equal(
            2,
            (
                await CliRun.RunAsync(
                    environment,
                    ["dsr", "open", "access", "--regulation", "gdpr", "--identities", Path.Combine(_folder, "none")]
                )
            ).ExitCode
        );
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    async Task<string> FileAsync(string name, string text)
    {
        string path = Path.Combine(_folder, name);
        await File.WriteAllTextAsync(path, text, Cancellation);
        return path;
    }
}
