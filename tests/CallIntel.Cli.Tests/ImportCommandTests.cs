using System.IO.Compression;
using System.Text;
using System.Text.Json;
using CallIntel.Sdk.Access;
using CallIntel.Sdk.Ingestion.Importers;
using CallIntel.Sdk.Ingestion.Importers.Mapping;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using Npgsql;

namespace CallIntel.Cli.Tests;

/// <summary>Runs <c>import</c> and <c>health</c> as a process against a server.</summary>
public sealed partial class ImportCommandTests(CliFixture fixture)
{
    const string Mapping = """
        { "time": { "field": "at" }, "channel": { "constant": "call" }, "direction": { "constant": "inbound" },
          "party": { "field": "party" }, "duration": { "field": "seconds" }, "externalId": "id" }
        """;

    static readonly Dictionary<string, string?> EmptyEnvironment = [];

    static readonly DateTime Start = new(2026, 1, 5);

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Import_stores_each_record_once_and_writes_rejects_and_health_shows_the_stream()
    {
        await using TestDatabase database = await fixture.CloneAsync();
        TestOrg org = await database.CreateOrgAsync("org", Cancellation);
        Dictionary<string, string?> environment = fixture.ApplicationEnvironment(database, org);
        string file = fixture.Write("calls.csv", Calls(50) + "bad,yesterday,+4520123456,1\n"),
            mapping = fixture.Write("calls.json", Mapping);
        string rejects = Path.Combine(fixture.Folder, "rejects.jsonl");
        string[] import = ["import", file, "--source", "pbx", "--mapping", mapping];

        CliRun dry = await CliRun.RunAsync(EmptyEnvironment, [.. import, "--dry-run", "--json"]);
        Assert.Equal(
            (1, 51, 50, 1),
            (dry.ExitCode, Number(dry, "read"), Number(dry, "accepted"), Number(dry, "rejected"))
        );
        Assert.Equal(1, dry.Result().GetProperty("reasons").GetProperty("malformed").GetInt32());

        await File.WriteAllTextAsync(rejects, "a file that other users may read", Cancellation);
        CliRun first = await CliRun.RunAsync(environment, [.. import, "--rejects", rejects, "--json"]);
        Assert.Equal(
            (1, 51, 50, 0, 1, 1),
            (
                first.ExitCode,
                Number(first, "read"),
                Number(first, "inserted"),
                Number(first, "duplicate"),
                Number(first, "rejected"),
                Number(first, "rejectsWritten")
            )
        );
        JsonElement reject = JsonDocument.Parse(await File.ReadAllTextAsync(rejects, Cancellation)).RootElement;
        Assert.Equal(
            ("malformed", "line 52", "bad,yesterday,+4520123456,1"),
            (
                reject.GetProperty("reason").GetString(),
                reject.GetProperty("place").GetString(),
                reject.GetProperty("raw").GetString()
            )
        );
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(rejects));

        CliRun again = await CliRun.RunAsync(environment, import);
        Assert.Equal(1, again.ExitCode);
        Assert.StartsWith(
            "pbx: 51 read = 0 inserted + 0 updated + 50 duplicate + 1 rejected + 0 suppressed",
            again.Output,
            StringComparison.Ordinal
        );
        Assert.Equal(50, await CountAsync(database, org));

        CliRun health = await CliRun.RunAsync(environment, "health", "--json");
        JsonElement stream = Assert.Single(health.Result().GetProperty("streams").EnumerateArray());
        Assert.Equal(
            (0, "pbx", "default", "ok"),
            (
                health.ExitCode,
                stream.GetProperty("source").GetString(),
                stream.GetProperty("stream").GetString(),
                stream.GetProperty("state").GetString()
            )
        );
        Assert.Contains("pbx", (await CliRun.RunAsync(environment, "health")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task All_settings_can_come_from_the_options_file()
    {
        await using TestDatabase database = await fixture.CloneAsync();
        TestOrg org = await database.CreateOrgAsync("org", Cancellation);
        Dictionary<string, string?> environment = fixture.ApplicationEnvironment(database, org);
        string options = fixture.Write(
            "options.json",
            JsonSerializer.Serialize(
                new
                {
                    connectionString = environment["CALLINTEL_CONNECTION"],
                    adminConnectionString = database.AdminConnectionString,
                    signingKeyFile = Path.GetFileName(environment["CALLINTEL_SIGNING_KEY_FILE"]),
                    keyRingFile = database.RootKeyFile,
                    keyRingProtection = "none",
                    connectionMode = "transactionPooler",
                    org = org.Id.ToString(),
                }
            )
        );
        File.SetUnixFileMode(options, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        CliRun run = await CliRun.RunAsync(
            EmptyEnvironment,
            "import",
            Golden("vcon.json"),
            "--source",
            "vcons",
            "--options",
            options,
            "--member",
            org.Members[OrgRole.Admin].ToString(),
            "--json"
        );
        Assert.Equal("vcon", run.Result().GetProperty("format").GetString());
        Assert.Equal(Number(run, "inserted"), await CountAsync(database, org));
        Assert.True(Number(run, "inserted") > 0);
        Assert.Equal(
            0,
            (await CliRun.RunAsync(EmptyEnvironment, "partitions", "ensure", "--options", options)).ExitCode
        );
    }

    [Theory]
    [InlineData("android-calls.xml", "android")]
    [InlineData("twilio-calls.jsonl", "twilio")]
    [InlineData("ringcentral-sync.json", "ringcentral")]
    [InlineData("google-voice-text.html", "google-voice")]
    [InlineData("asterisk-master.csv", "asterisk", "--time-zone", "Etc/UTC")]
    public async Task Import_detects_the_format_from_the_beginning_of_the_file(
        string file,
        string format,
        params string[] options
    )
    {
        CliRun run = await CliRun.RunAsync(
            EmptyEnvironment,
            ["import", Golden(file), "--source", "s", "--dry-run", "--json", .. options]
        );
        Assert.Equal(format, run.Result().GetProperty("format").GetString());
        Assert.True(Number(run, "accepted") > 0);
    }

    [Fact]
    public async Task The_help_lists_every_registered_format()
    {
        CliRun run = await CliRun.RunAsync(EmptyEnvironment, "import", "--help");
        Assert.Equal(0, run.ExitCode);
        Assert.All(ImporterRegistry.BuiltIn.Importers, importer =>
            Assert.Contains($"{importer.Format}: {importer.Description}", run.Output, StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task Each_cause_of_a_failed_import_has_its_own_exit_code_and_error_code()
    {
        await using TestDatabase database = await fixture.CloneAsync();
        TestOrg org = await database.CreateOrgAsync("org", Cancellation);
        Dictionary<string, string?> environment = fixture.ApplicationEnvironment(database, org);
        string file = fixture.Write("calls.csv", Calls(5)),
            mapping = fixture.Write("calls.json", Mapping);
        async Task<(int, string?)> ImportAsync(params string[] arguments) =>
            (await CliRun.RunAsync(environment, ["import", .. arguments, "--source", "s", "--json"])).Failure();

        Assert.Equal((4, "CI0023"), await ImportAsync(Path.Combine(fixture.Folder, "missing.csv")));
        Assert.Equal((2, "CI0220"), await ImportAsync(fixture.Write("prose.txt", "once upon a time")));
        Assert.Equal((2, "CI0024"), await ImportAsync(file)); // CSV without a mapping, and no preset fits
        Assert.Equal((2, "CI0220"), await ImportAsync(Golden("asterisk-master.csv"))); // no time zone
        Assert.Equal((2, "CI0220"), await ImportAsync(Golden("vcon.json"), "--time-zone", "Etc/UTC"));
        Assert.Equal((2, "CI0220"), await ImportAsync(file, "--mapping", mapping, "--time-zone", "Mars/Olympus"));
        Assert.Equal(
            (2, "CI0220"),
            await ImportAsync(file, "--mapping", mapping, "--rejects", "/nowhere/rejects.jsonl")
        );
        Assert.Equal(
            (2, "CI0024"),
            await ImportAsync(file, "--mapping", fixture.Write("wrong.json", """{ "tme": {} }"""))
        );
        Assert.Equal((4, "CI0172"), await ImportAsync(file, "--format", "android"));
        Assert.Equal((4, "CI0004"), await ImportAsync(file, "--mapping", mapping, "--member", Guid.Empty.ToString()));
        Assert.Equal(0, await CountAsync(database, org));

        environment["CALLINTEL_CONNECTION"] = new NpgsqlConnectionStringBuilder(database.AppConnectionString)
        {
            Password = "wrong-canary",
        }.ConnectionString;
        Assert.Equal((3, "CI0011"), await ImportAsync(file, "--mapping", mapping));
        environment["CALLINTEL_CONNECTION"] = "Host=127.0.0.1;Port=9;Username=callintel_app;Database=none;Timeout=5";
        Assert.Equal((3, "CI0010"), await ImportAsync(file, "--mapping", mapping));
        Assert.Equal((3, "CI0010"), (await CliRun.RunAsync(environment, "health", "--json")).Failure());
    }

    [Fact]
    public async Task Importing_a_truncated_file_stores_whole_batches_and_health_reports_the_stream_as_failing()
    {
        await using TestDatabase database = await fixture.CloneAsync();
        TestOrg org = await database.CreateOrgAsync("org", Cancellation);
        Dictionary<string, string?> environment = fixture.ApplicationEnvironment(database, org);
        const int Good = 19_960;
        string mapping = fixture.Write("calls.json", Mapping),
            whole = fixture.Write("calls.csv", Calls(20_000, badEvery: 500)),
            truncated = Path.Combine(fixture.Folder, "truncated.csv.gz");
        using (MemoryStream packed = new())
        {
            await using (GZipStream gzip = new(packed, CompressionLevel.Fastest, leaveOpen: true))
                await gzip.WriteAsync(await File.ReadAllBytesAsync(whole, Cancellation), Cancellation);
            await File.WriteAllBytesAsync(truncated, packed.ToArray()[..(int)(packed.Length / 2)], Cancellation);
        }
        string rejects = Path.Combine(fixture.Folder, "rejects-truncated.jsonl");
        Assert.Equal(
            (4, "CI0023"),
            (
                await CliRun.RunAsync(
                    environment,
                    "import",
                    truncated,
                    "--source",
                    "pbx",
                    "--mapping",
                    mapping,
                    "--batch-size",
                    "500",
                    "--rejects",
                    rejects,
                    "--json"
                )
            ).Failure()
        );
        long stored = await CountAsync(database, org),
            refused = await CountAsync(database, org, "ingest_rejects");
        Assert.True(stored > 0 && stored < Good && refused > 0, $"{stored} are stored, {refused} rejected");
        Assert.Equal(refused, (await File.ReadAllLinesAsync(rejects, Cancellation)).Length);

        CliRun health = await CliRun.RunAsync(environment, "health", "--json");
        Assert.Equal(
            (1, "failing", "CI0023"),
            (
                health.ExitCode,
                health.Result().GetProperty("streams")[0].GetProperty("state").GetString(),
                health.Result().GetProperty("streams")[0].GetProperty("errorCode").GetString()
            )
        );
        CliRun repaired = await CliRun.RunAsync(
            environment,
            "import",
            whole,
            "--source",
            "pbx",
            "--mapping",
            mapping,
            "--json"
        );
        Assert.Equal(
            (Good - stored, stored, 20_000 - Good),
            (Number(repaired, "inserted"), Number(repaired, "duplicate"), Number(repaired, "rejected"))
        );
    }

    /// <summary>Returns the text of a CSV file of calls.</summary>
    /// <param name="count">The number of records.</param>
    /// <param name="badEvery">One record of this many has an invalid time. 0 for none.</param>
    static string Calls(int count, int badEvery = 0)
    {
        StringBuilder text = new("id,at,party,seconds\n");
        for (int i = 0; i < count; i++)
            if (badEvery > 0 && i % badEvery == 0)
                text.Append(
                    System.Globalization.CultureInfo.InvariantCulture,
                    $"c{i},yesterday,+45201234{i % 100:00},{i % 600}\n"
                );
            else
                text.Append(
                    System.Globalization.CultureInfo.InvariantCulture,
                    $"c{i},{Start.AddSeconds(i):yyyy-MM-ddTHH:mm:ssZ},+45201234{i % 100:00},{i % 600}\n"
                );
        return text.ToString();
    }

    internal static string CallsFile(CliFixture fixture, int count, int badEvery = 0) =>
        fixture.Write("calls.csv", Calls(count, badEvery));

    internal static string MappingFile(CliFixture fixture) => fixture.Write("calls.json", Mapping);

    internal static long Number(CliRun run, string name) => run.Result().GetProperty(name).GetInt64();

    internal static async Task<long> CountAsync(TestDatabase database, TestOrg org, string table = "events")
    {
        await using NpgsqlCommand command = database.Admin.CreateCommand(
            $"select count(*) from callintel_private.{table} where org_id = $1"
        );
        command.Parameters.Add(new NpgsqlParameter { Value = org.Id.Value });
        return (long)(await command.ExecuteScalarAsync(Cancellation))!;
    }

    /// <summary>Returns the path of a sample file of a format, from the tests of the importers.</summary>
    static string Golden(string name) => Path.Combine(AppContext.BaseDirectory, "Golden", name);
}
