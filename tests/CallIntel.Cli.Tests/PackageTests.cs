using System.IO.Compression;
using System.Text;
using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Migrations;
using CallIntel.Sdk.Testing;
using Npgsql;
using static CallIntel.Cli.Tests.PackageBuild;

namespace CallIntel.Cli.Tests;

/// <summary>Installs the NuGet packages as users do: outside the repository.</summary>
/// <remarks>
/// With <c>CALLINTEL_LONG_TESTS=1</c> the tests build all packages in Release. Otherwise they pack some of them from
/// the build output of the tests.
/// </remarks>
public sealed class PackageTests(CliFixture fixture)
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_installed_tool_migrates_imports_and_reports_health()
    {
        string packages = Folder("tool-packages"),
            tools = Folder("tools"),
            tool = Path.Combine(tools, "callintel");
        AssertComplete(await PackAsync("src/CallIntel.Cli", packages), "tools/net10.0/any/CallIntel.Cli.dll");
        await DotnetAsync("tool", "install", "CallIntel.Cli", "--tool-path", tools, "--add-source", packages);
        Assert.Contains("migrate", (await RunAsync(tool, [], "--help")).Output, StringComparison.Ordinal);

        await using TestDatabase database = await fixture.CloneAsync();
        TestOrg org = await database.CreateOrgAsync("org", Cancellation);
        Dictionary<string, string?> environment = fixture.ApplicationEnvironment(database, org);
        environment["CALLINTEL_ADMIN_CONNECTION"] = database.AdminConnectionString;
        Assert.Equal(0, (await RunAsync(tool, environment, "migrate", "--json")).ExitCode);
        // one week of records of a real telephone system in 2017; the time zone of its clock is unknown
        Assert.Equal(
            0,
            (
                await RunAsync(
                    tool,
                    environment,
                    "partitions",
                    "ensure",
                    "--from",
                    "2017-06",
                    "--to",
                    "2017-06",
                    "--json"
                )
            ).ExitCode
        );
        CliRun import = await RunAsync(
            tool,
            environment,
            "import",
            SharedFile("asterisk_cdr", "cdr.csv"),
            "--source",
            "pbx",
            "--time-zone",
            "Etc/UTC",
            "--json"
        );
        long read = ImportCommandTests.Number(import, "read");
        Assert.True(
            read > 0
                && read
                    == ImportCommandTests.Number(import, "inserted")
                        + ImportCommandTests.Number(import, "rejected")
                        + ImportCommandTests.Number(import, "duplicate")
        );
        Assert.Equal(ImportCommandTests.Number(import, "inserted"), await ImportCommandTests.CountAsync(database, org));
        Assert.Equal(
            "pbx",
            Assert
                .Single(
                    (await RunAsync(tool, environment, "health", "--json"))
                        .Result()
                        .GetProperty("streams")
                        .EnumerateArray()
                )
                .GetProperty("source")
                .GetString()
        );
        Assert.Equal(
            "doctor",
            (await RunAsync(tool, environment, "doctor", "--json")).Document().GetProperty("command").GetString()
        );

        // The tool works on the schema of the next version for as long as that supports it (ADR 0030).
        int next = SchemaMigrator.TargetVersion + 1;
        await ExecuteAsync(
            database,
            $"""
            alter table callintel_private.sync_sources add column added text;
            create or replace function callintel.schema_version() returns integer language sql immutable
            as 'select {next}';
            insert into callintel_private.schema_journal (name, checksum)
            values ('schema/V{next:0000}__added.sql', 'x')
            """
        );
        CliRun again = await RunAsync(
            tool,
            environment,
            "import",
            SharedFile("asterisk_cdr", "cdr.csv"),
            "--source",
            "pbx",
            "--time-zone",
            "Etc/UTC",
            "--json"
        );
        Assert.Equal(
            (0, ImportCommandTests.Number(import, "inserted")),
            (ImportCommandTests.Number(again, "inserted"), ImportCommandTests.Number(again, "duplicate"))
        );
        Assert.Single(
            (await RunAsync(tool, environment, "health", "--json")).Result().GetProperty("streams").EnumerateArray()
        );
        await ExecuteAsync(
            database,
            $"""
            create or replace function callintel.oldest_sdk_served() returns integer language sql immutable
            as 'select {next}'
            """
        );
        CliRun refused = await RunAsync(tool, environment, "health", "--json");
        Assert.NotEqual(0, refused.ExitCode);
        Assert.Equal(ErrorCodes.SchemaTooNew, refused.Document().GetProperty("error").GetProperty("code").GetString());
    }

    static async Task ExecuteAsync(TestDatabase database, string sql)
    {
        await using NpgsqlCommand command = database.Admin.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(Cancellation);
    }

    [Fact]
    public async Task A_project_that_references_the_packages_builds_and_runs()
    {
        string packages = Folder("packages"),
            project = Folder("consumer");
        string[] all = IsLong
            ? ["CallIntel.Sdk.Crypto", "CallIntel.Sdk", "CallIntel.Sdk.Testing", "CallIntel.Sdk.EntityFrameworkCore"]
            : ["CallIntel.Sdk.Crypto"];
        foreach (string id in all)
        {
            string[] more =
                id == "CallIntel.Sdk"
                    ? ["analyzers/dotnet/cs/CallIntel.Sdk.Analyzers.dll", "buildTransitive/CallIntel.Sdk.props"]
                    : [];
            AssertComplete(
                await PackAsync($"src/{id}", packages),
                [$"lib/net10.0/{id}.dll", $"lib/net10.0/{id}.xml", .. more]
            );
        }
        await File.WriteAllTextAsync(
            Path.Combine(project, "Consumer.csproj"),
            $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <ImplicitUsings>enable</ImplicitUsings>
              </PropertyGroup>
              <ItemGroup>{string.Concat(
                all.Select(id => $"<PackageReference Include=\"{id}\" Version=\"*\" />")
            )}</ItemGroup>
            </Project>
            """,
            Cancellation
        );
        await File.WriteAllTextAsync(
            Path.Combine(project, "Program.cs"),
            IsLong
                ? "Console.Write(CallIntel.Sdk.Migrations.SchemaMigrator.TargetVersion > 0 "
                    + "&& typeof(CallIntel.Sdk.Testing.PostgresServer) is not null "
                    + "&& typeof(CallIntel.Sdk.EntityFrameworkCore.CallIntelDbContext) is not null "
                    // everyday types need no using
                    + "&& EventFilter.All.Newest(1).Limit == 1 && new IngestSource(\"pbx\").Name == \"pbx\" "
                    + "&& typeof(CsvImporter) is not null && typeof(CsvMapping) is not null "
                    + "&& typeof(OrgSession) is not null && OrgRole.Owner > OrgRole.Admin);"
                : "Console.Write(CallIntel.Sdk.Crypto.Keys.KeyRingProtection.FileModeOnly is not null);",
            Cancellation
        );
        await DotnetAsync([
            "build",
            project,
            .. await RestoreFromAsync(packages, Folder("restored")),
            "-o",
            Path.Combine(project, "out"),
        ]);
        Assert.Equal("True", (await RunAsync(Path.Combine(project, "out", "Consumer"), [])).Output);
    }

    [Fact]
    public async Task A_package_names_its_sources_and_two_builds_of_a_commit_are_identical()
    {
        if (!IsLong)
        {
            // The build output of the tests is good for what does not depend on where it was built.
            PackageMetadata built = PackageMetadata.Read(
                await PackAsync("src/CallIntel.Sdk.Crypto", Folder("built-packages"))
            );
            built.AssertComplete();
            Assert.Equal((await GitAsync(Repository, "rev-parse", "HEAD")).Trim(), built.Commit);
            return;
        }
        PackageMetadata one = await PackCloneAsync("one"),
            two = await PackCloneAsync("two");
        const string Assembly = "lib/net10.0/CallIntel.Sdk.Crypto.dll";
        Assert.Equal(one.File(Assembly), two.File(Assembly));
        Assert.Equal("https://github.com/example/callintel", one.RepositoryUrl);
    }

    /// <summary>Packs a clone, with the changes that were not committed yet, whose remote is on the web.</summary>
    async Task<PackageMetadata> PackCloneAsync(string name)
    {
        string clone = Path.Combine(fixture.Folder, name),
            packages = Folder($"{name}-packages");
        await GitAsync(Repository, "clone", "--quiet", "--shared", Repository, clone);
        string changes = await GitAsync(Repository, "diff", "HEAD", "--binary");
        if (changes.Length > 0)
            await GitAsync(clone, "apply", fixture.Write("changes.patch", changes));
        await GitAsync(clone, "remote", "set-url", "origin", "https://github.com/example/callintel");
        await DotnetAsync("pack", Path.Combine(clone, "src/CallIntel.Sdk.Crypto"), "-c", "Release", "-o", packages);
        string package = PackageOf("CallIntel.Sdk.Crypto", packages);
        PackageMetadata metadata = PackageMetadata.Read(package);
        metadata.AssertComplete();
        // A debugger finds each source at its commit.
        await using ZipArchive symbols = await ZipFile.OpenReadAsync(
            Path.ChangeExtension(package, ".snupkg"),
            Cancellation
        );
        ZipArchiveEntry pdb = symbols.Entries.Single(entry =>
            entry.FullName.EndsWith(".pdb", StringComparison.Ordinal)
        );
        Assert.Contains(
            $"https://raw.githubusercontent.com/example/callintel/{metadata.Commit}/*",
            TextOf(pdb),
            StringComparison.Ordinal
        );
        return metadata;
    }

    static void AssertComplete(string package, params IEnumerable<string> files)
    {
        using ZipArchive archive = ZipFile.OpenRead(package);
        foreach (string file in files)
            Assert.True(archive.GetEntry(file)?.Length > 0, $"{Path.GetFileName(package)} has no {file}");
        PackageMetadata.Read(package).AssertComplete();
        string symbols = Path.ChangeExtension(package, ".snupkg");
        using ZipArchive debugging = ZipFile.OpenRead(symbols);
        Assert.Contains(debugging.Entries, entry => entry.FullName.EndsWith(".pdb", StringComparison.Ordinal));
        // in Release, the symbols do not contain paths of the build machine
        if (IsLong)
            Assert.All(archive.Entries.Concat(debugging.Entries), entry =>
                Assert.DoesNotContain(Repository + "/", TextOf(entry), StringComparison.Ordinal)
            );
    }

    static string TextOf(ZipArchiveEntry entry)
    {
        using StreamReader reader = new(entry.Open(), Encoding.Latin1);
        return reader.ReadToEnd();
    }

    string Folder(string name) => Directory.CreateDirectory(Path.Combine(fixture.Folder, name)).FullName;

    static string SharedFile(params IEnumerable<string> path)
    {
        string file = Path.Combine([Repository, "..", "shared", "data", .. path]);
        return File.Exists(file) ? file : throw new FileNotFoundException("The shared data files are missing.", file);
    }
}
