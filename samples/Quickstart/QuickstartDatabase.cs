using System.Security.Cryptography;
using System.Text;
using CallIntel.Sdk;
using CallIntel.Sdk.Crypto.Keys;
using CallIntel.Sdk.Migrations;
using CallIntel.Sdk.Tenancy;
using CallIntel.Sdk.Testing;
using Npgsql;
using Spectre.Console;

namespace CallIntel.Quickstart;

/// <summary>A server that keeps its data between runs, a migrated database on it, and the entrance that an application uses.</summary>
sealed class QuickstartDatabase : IAsyncDisposable
{
    const string Name = "callintel_quickstart";
    readonly PostgresServer _server;
    readonly KeyRingFileProvider _rootKeys;

    QuickstartDatabase(PostgresServer server, CallIntelDataSource source, KeyRingFileProvider rootKeys) =>
        (_server, Source, _rootKeys) = (server, source, rootKeys);

    public CallIntelDataSource Source { get; }

    public static async Task<QuickstartDatabase> StartAsync(
        bool fresh,
        IAnsiConsole screen,
        CancellationToken cancellationToken
    )
    {
        screen.MarkupLine("[bold]1. A PostgreSQL with pgvector[/]");
        PostgresServer server = await PostgresServer.StartAsync(
            new PostgresServerOptions
            {
                DataDirectory = "quickstart",
                Progress = line => screen.MarkupLineInterpolated($"   [grey]{line}[/]"),
            },
            cancellationToken
        );
        try
        {
            screen.MarkupLineInterpolated($"   {server.Origin}");
            await CreateDatabaseAsync(server, fresh, cancellationToken);

            // What operations do once for each database, as callintel_ops or an admin. No application holds this connection.
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
            screen.MarkupLineInterpolated(
                $"   schema version {migration.ToVersion}, {migration.Applied.Count} SQL files applied now"
            );
            screen.WriteLine();

            // What an application does: the weak role, the signing keys, nothing else.
            NpgsqlConnectionStringBuilder app = new(ConnectionString(server, Name))
            {
                Username = "callintel_app",
                Password = password,
            };
            return new QuickstartDatabase(
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

    /// <summary>The keys outlive a run, as an application's do.</summary>
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

    /// <summary>What everything protected hangs on. An application would give it a passphrase, or leave it to a key management service.</summary>
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

    /// <summary>Where the cluster lies too.</summary>
    static string CacheFolder() =>
        Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } cache ? cache
        : OperatingSystem.IsWindows() ? Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData)
        : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache");

    /// <summary>The role belongs to the whole server, so the tests, which may use the same one, make its password the same way.</summary>
    static string AppPassword(PostgresServer server) =>
        Convert.ToHexStringLower(
            SHA256.HashData(Encoding.UTF8.GetBytes("callintel_app|" + server.AdminConnectionString))
        );

    static string ConnectionString(PostgresServer server, string database) =>
        new NpgsqlConnectionStringBuilder(server.AdminConnectionString) { Database = database }.ConnectionString;
}
