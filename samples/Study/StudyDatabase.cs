using System.Security.Cryptography;
using System.Text;
using CallIntel.Sdk;
using CallIntel.Sdk.Crypto.Keys;
using CallIntel.Sdk.Migrations;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using Npgsql;
using Spectre.Console;

namespace CallIntel.Study;

/// <summary>
/// A server that keeps its data between runs, with a migrated database and the data source that an application uses.
/// </summary>
sealed class StudyDatabase : IAsyncDisposable
{
    const string Name = "callintel_quickstart";
    readonly PostgresServer _server;
    readonly KeyRingFileProvider _rootKeys;

    StudyDatabase(PostgresServer server, CallIntelDataSource source, KeyRingFileProvider rootKeys) =>
        (_server, Source, _rootKeys) = (server, source, rootKeys);

    public CallIntelDataSource Source { get; }

    public static async Task<StudyDatabase> StartAsync(
        bool fresh,
        bool verbose,
        IAnsiConsole console,
        CancellationToken cancellationToken
    )
    {
        console.MarkupLine("[bold]1. PostgreSQL with pgvector[/]");
        PostgresServer server = await PostgresServer.StartAsync(
            new PostgresServerOptions
            {
                DataDirectory = "quickstart",
                Progress = line => console.MarkupLineInterpolated($"   {line}"),
                Output = verbose ? line => console.MarkupLineInterpolated($"   [grey]{line}[/]") : null,
            },
            cancellationToken
        );
        try
        {
            console.MarkupLineInterpolated($"   {server.Origin}");
            await CreateDatabaseAsync(server, fresh, cancellationToken);

            // An operator does this once for each database. Applications do not have this connection.
            await using NpgsqlDataSource admin = NpgsqlDataSource.Create(ConnectionString(server, Name));
            MigrationReport migration = await new SchemaMigrator(admin).MigrateAsync(cancellationToken);
            CallIntelOperations operations = new(admin);
            SigningKeyRing keys = LoadOrCreateKeys();
            KeyRingFileProvider rootKeys = OpenOrCreateRootKeys();
            string password = AppPassword(server);
            await operations.InstallSigningKeysAsync(keys, cancellationToken);
            await operations.SetAppPasswordAsync(password, cancellationToken);
            await operations.EnsurePartitionsAsync(
                new DateOnly(2026, 1, 1),
                new DateOnly(2026, 1, 1),
                cancellationToken
            );
            console.MarkupLineInterpolated(
                $"   Schema version {migration.ToVersion}; this run applied {migration.Applied.Count} SQL files"
            );
            console.WriteLine();

            // An application has the role callintel_app, the signing keys and the root keys, and nothing else.
            NpgsqlConnectionStringBuilder app = new(ConnectionString(server, Name))
            {
                Username = "callintel_app",
                Password = password,
            };
            return new StudyDatabase(
                server,
                new CallIntelDataSource(
                    new CallIntelOptions
                    {
                        ConnectionString = app.ConnectionString,
                        SigningKeys = keys,
                        RootKeys = rootKeys,
                    }
                ),
                rootKeys
            );
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Source.DisposeAsync();
        _rootKeys.Dispose();
        await _server.DisposeAsync();
    }

    static async Task CreateDatabaseAsync(PostgresServer server, bool fresh, CancellationToken cancellationToken)
    {
        await using NpgsqlDataSource postgres = NpgsqlDataSource.Create(server.AdminConnectionString);
        if (fresh)
        {
            await using NpgsqlCommand drop = postgres.CreateCommand($"drop database if exists {Name} with (force)");
            await drop.ExecuteNonQueryAsync(cancellationToken);
        }
        await using NpgsqlCommand exists = postgres.CreateCommand(
            $"select exists (select from pg_catalog.pg_database where datname = '{Name}')"
        );
        if (await exists.ExecuteScalarAsync(cancellationToken) is true)
            return;
        await using NpgsqlCommand create = postgres.CreateCommand($"create database {Name}");
        await create.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Opens the signing keys of an earlier run, or creates them.</summary>
    static SigningKeyRing LoadOrCreateKeys()
    {
        string folder = Path.Combine(CacheFolder(), "callintel");
        string file = Path.Combine(folder, "quickstart-keys.json");
        if (File.Exists(file))
            return SigningKeyRing.Load(file);
        Directory.CreateDirectory(folder);
        SigningKeyRing ring = new(SigningKey.Create(1));
        ring.Save(file);
        return ring;
    }

    /// <summary>
    /// Opens the root keys of an earlier run, or creates them. An application protects them with a passphrase.
    /// </summary>
    static KeyRingFileProvider OpenOrCreateRootKeys()
    {
        string folder = Path.Combine(CacheFolder(), "callintel", "keys");
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(folder);
        else
            Directory.CreateDirectory(
                folder,
                UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
            );
        string file = Path.Combine(folder, "quickstart-root.json");
        return File.Exists(file)
            ? KeyRingFileProvider.Open(file, KeyRingProtection.FileModeOnly)
            : KeyRingFileProvider.Create(file, KeyRingProtection.FileModeOnly);
    }

    /// <summary>The cache folder, which contains the data of the server as well.</summary>
    static string CacheFolder() =>
        Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } cache ? cache
        : OperatingSystem.IsWindows() ? Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData)
        : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache");

    /// <summary>
    /// The password of callintel_app. The role belongs to the server, not to the database, so the tests derive its
    /// password in the same way: both can use the same server.
    /// </summary>
    static string AppPassword(PostgresServer server) =>
        Convert.ToHexStringLower(
            SHA256.HashData(Encoding.UTF8.GetBytes("callintel_app|" + server.AdminConnectionString))
        );

    static string ConnectionString(PostgresServer server, string database) =>
        new NpgsqlConnectionStringBuilder(server.AdminConnectionString) { Database = database }.ConnectionString;
}
