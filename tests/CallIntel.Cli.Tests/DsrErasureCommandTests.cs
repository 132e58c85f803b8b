using System.Text.Json;
using CallIntel.Sdk;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;

namespace CallIntel.Cli.Tests;

/// <summary>Erasures, legal holds and retention by the command line.</summary>
public sealed class DsrErasureCommandTests(CliFixture fixture) : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("callintel-erase").FullName;

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_hold_defers_an_erasure_and_the_next_run_after_its_release_erases()
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
        ContactId contact = (
            await owner.Contacts.FindByNumberAsync("+4520000200", cancellationToken: Cancellation)
        )!.Value;
        string id = (
            await CliRun.RunAsync(
                environment,
                ["dsr", "open", "erasure", "--regulation", "gdpr", "--contact", contact.ToString(), "--json"]
            )
        )
            .Result()
            .GetProperty("request")
            .GetProperty("id")
            .GetString()!;
        string[] erase = ["dsr", "erase", id, "--json"];
        Assert.Equal("CI0370", (await CliRun.RunAsync(environment, erase)).Failure().Code);
        environment["CALLINTEL_ERASURE_LEDGER_FOLDER"] = _folder;
        Assert.Equal("CI0402", (await CliRun.RunAsync(environment, erase)).Failure().Code);
        Assert.Equal(0, (await CliRun.RunAsync(environment, ["dsr", "verify", id, "reasonable"])).ExitCode);

        string hold = (await CliRun.RunAsync(environment, ["dsr", "hold", contact.ToString(), "litigation", "--json"]))
            .Result()
            .GetProperty("hold")
            .GetString()!;
        JsonElement deferred = (await CliRun.RunAsync(environment, erase)).Result();
        Assert.Equal(1, deferred.GetProperty("deferred").GetInt32());
        JsonElement retention = (
            await CliRun.RunAsync(environment, ["retention", "run", "--dry-run", "--json"])
        ).Result();
        Assert.Equal((0, 0), (retention.GetProperty("due").GetInt32(), retention.GetProperty("deleted").GetInt32()));

        Assert.Equal(0, (await CliRun.RunAsync(environment, ["dsr", "release", hold])).ExitCode);
        JsonElement done = (await CliRun.RunAsync(environment, erase)).Result();
        Assert.Equal(0, done.GetProperty("deferred").GetInt32());
        Assert.Equal(3, done.GetProperty("certificate").GetString()!.Split('.').Length);
        Assert.Null(await owner.Contacts.FindByNumberAsync("+4520000200", cancellationToken: Cancellation));
        Assert.Equal(
            0,
            (await CliRun.RunAsync(environment, ["dsr", "replay", "--json"])).Result().GetProperty("entries").GetInt32()
        );
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
