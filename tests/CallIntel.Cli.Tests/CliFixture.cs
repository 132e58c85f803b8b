using CallIntel.Cli.Tests;
using CallIntel.Sdk;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using Npgsql;

[assembly: AssemblyFixture(typeof(CliFixture))]
// file modes and signals
[assembly: System.Runtime.Versioning.UnsupportedOSPlatform("windows")]

namespace CallIntel.Cli.Tests;

/// <summary>One server and one migrated template for the whole run, and a folder for the files of the tests.</summary>
public sealed class CliFixture : IAsyncLifetime
{
    PostgresServer _server = null!;
    MigratedTemplate _template = null!;

    /// <summary>A connection string of the server's own database.</summary>
    public string ServerConnectionString => _server.AdminConnectionString;

    public string Folder { get; } = Directory.CreateTempSubdirectory("callintel-cli-").FullName;

    public async ValueTask InitializeAsync()
    {
        _server = await PostgresServer.StartAsync();
        _template = await MigratedTemplate.CreateAsync(_server, admin =>
            new CallIntelOperations(admin).EnsurePartitionsAsync(new DateOnly(2026, 1, 1), new DateOnly(2026, 3, 1))
        );
    }

    /// <summary>A database of a test's own.</summary>
    public Task<TestDatabase> CloneAsync() => _template.CloneAsync(TestContext.Current.CancellationToken);

    /// <summary>What operations set in their environment.</summary>
    internal static Dictionary<string, string?> AdminOf(TestDatabase database) =>
        new() { ["CALLINTEL_ADMIN_CONNECTION"] = database.AdminConnectionString };

    /// <summary>What an application's host sets in its environment.</summary>
    internal Dictionary<string, string?> ApplicationOf(TestDatabase database, TestOrg org, OrgRole role = OrgRole.Admin)
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

    /// <summary>Writes a file for a test.</summary>
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
