using CallIntel.Cli.Tests;
using CallIntel.Sdk;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using Npgsql;

[assembly: AssemblyFixture(typeof(CliFixture))]
// the tests use file modes and signals
[assembly: System.Runtime.Versioning.UnsupportedOSPlatform("windows")]

namespace CallIntel.Cli.Tests;

/// <summary>One server, one migrated template and one folder for the files of all tests.</summary>
public sealed class CliFixture : IAsyncLifetime
{
    PostgresServer _server = null!;
    MigratedTemplate _template = null!;

    /// <summary>Gets a connection string for the maintenance database of the server.</summary>
    public string ServerConnectionString => _server.AdminConnectionString;

    public string Folder { get; } = Directory.CreateTempSubdirectory("callintel-cli-").FullName;

    public async ValueTask InitializeAsync()
    {
        _server = await PostgresServer.StartAsync();
        _template = await MigratedTemplate.CreateAsync(_server, admin =>
            new CallIntelOperations(admin).EnsurePartitionsAsync(new DateOnly(2026, 1, 1), new DateOnly(2026, 3, 1))
        );
    }

    /// <summary>Creates a database for one test.</summary>
    public Task<TestDatabase> CloneAsync() => _template.CloneAsync(TestContext.Current.CancellationToken);

    /// <summary>Returns the environment variables of an operator.</summary>
    internal static Dictionary<string, string?> AdminEnvironment(TestDatabase database) =>
        new() { ["CALLINTEL_ADMIN_CONNECTION"] = database.AdminConnectionString };

    /// <summary>Returns the environment variables of the host of an application.</summary>
    internal Dictionary<string, string?> ApplicationEnvironment(
        TestDatabase database,
        TestOrg org,
        OrgRole role = OrgRole.Admin
    )
    {
        string keys = Path.Combine(Folder, "signing-keys.json");
        database.SigningKeys.Save(keys);
        return new()
        {
            ["CALLINTEL_CONNECTION"] = database.AppConnectionString,
            ["CALLINTEL_SIGNING_KEY_FILE"] = keys,
            ["CALLINTEL_KEY_RING_FILE"] = database.RootKeyFile,
            ["CALLINTEL_KEY_RING_PROTECTION"] = "none",
            ["CALLINTEL_ORG"] = org.Id.ToString(),
            ["CALLINTEL_MEMBER"] = org.Members[role].ToString(),
        };
    }

    /// <summary>Writes a file for a test, and returns its path.</summary>
    internal string Write(string name, string text)
    {
        string path = Path.Combine(Folder, $"{Guid.CreateVersion7(TimeProvider.System.GetUtcNow()):n}-{name}");
        File.WriteAllText(path, text);
        return path;
    }

    internal async Task ExecuteAsync(string sql, string? connectionString = null)
    {
        await using NpgsqlConnection connection = new(
            new NpgsqlConnectionStringBuilder(connectionString ?? ServerConnectionString)
            {
                Pooling = false,
            }.ConnectionString
        );
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using NpgsqlCommand command = new(sql, connection);
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await _template.DisposeAsync();
        await _server.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }
}
