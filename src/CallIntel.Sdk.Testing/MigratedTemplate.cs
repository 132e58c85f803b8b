using System.Security.Cryptography;
using System.Text;
using CallIntel.Sdk.Crypto.Keys;
using CallIntel.Sdk.Migrations;
using CallIntel.Sdk.Tenancy;
using Npgsql;

namespace CallIntel.Sdk.Testing;

/// <summary>A database with the SQL package installed, from which each test class gets a clone of its own in a fraction of a second.</summary>
/// <remarks>Thread-safe.</remarks>
public sealed class MigratedTemplate : IAsyncDisposable
{
    readonly PostgresServer _server;
    readonly string _name;
    readonly string _appPassword;

    readonly string _rootKeyFile;
    readonly bool _ownsRootKeys;

    MigratedTemplate(
        PostgresServer server,
        string name,
        string appPassword,
        SigningKeyRing signingKeys,
        MigratedTemplate? origin = null
    )
    {
        _ownsRootKeys = origin is null;
        _rootKeyFile = origin?._rootKeyFile
            ?? Path.Combine(Directory.CreateTempSubdirectory("callintel-keys-").FullName, $"{name}.root.json");
        RootKeys = origin?.RootKeys ?? KeyRingFileProvider.Create(_rootKeyFile, KeyRingProtection.FileModeOnly);
        _server = server;
        _name = name;
        _appPassword = appPassword;
        SigningKeys = signingKeys;
    }

    /// <summary>The keys under which clones accept sessions.</summary>
    public SigningKeyRing SigningKeys { get; }

    /// <summary>The root key that protects what clones hold; in a file of its own that goes with the template.</summary>
    public KeyRingFileProvider RootKeys { get; }

    /// <summary>The file of <see cref="RootKeys"/>, for other processes; protected by its mode alone.</summary>
    public string RootKeyFile => _rootKeyFile;

    /// <summary>Makes the template on a server.</summary>
    /// <param name="server">The server; the caller disposes it.</param>
    /// <param name="prepare">What else every clone should have, for example partitions; gets a data source of the admin role.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public static async Task<MigratedTemplate> CreateAsync(
        PostgresServer server,
        Func<NpgsqlDataSource, Task>? prepare = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(server);
        SigningKeyRing keys = new(SigningKey.Create(1));
        // The role belongs to the whole server: the same password whoever tests there at the same time.
        string password = Convert.ToHexStringLower(
            SHA256.HashData(Encoding.UTF8.GetBytes("callintel_app|" + server.AdminConnectionString))
        );
        MigratedTemplate template = new(server, NewName("template"), password, keys);
        await template.ExecuteAsync($"create database {template._name}", cancellationToken).ConfigureAwait(false);

        await using NpgsqlDataSource admin = NpgsqlDataSource.Create(
            template.AdminConnectionString(template._name, pooling: false)
        );
        await new SchemaMigrator(admin).MigrateAsync(cancellationToken).ConfigureAwait(false);
        CallIntelOperations operations = new(admin);
        await operations.SetAppPasswordAsync(password, cancellationToken).ConfigureAwait(false);
        await operations.InstallSigningKeysAsync(keys, cancellationToken).ConfigureAwait(false);
        if (prepare is not null)
            await prepare(admin).ConfigureAwait(false);
        return template;
    }

    /// <summary>Makes a database like the template. Dispose it to drop it.</summary>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<TestDatabase> CloneAsync(CancellationToken cancellationToken = default)
    {
        string name = NewName("clone");
        await ExecuteAsync($"create database {name} template {_name}", cancellationToken).ConfigureAwait(false);
        return await OpenAsync(name, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>A template like this one with statements of the admin role applied to it; dispose it before this one.</summary>
    internal async Task<MigratedTemplate> DeriveAsync(string sql, CancellationToken cancellationToken)
    {
        MigratedTemplate derived = new(_server, NewName("derived"), _appPassword, SigningKeys, this);
        await ExecuteAsync($"create database {derived._name} template {_name}", cancellationToken)
            .ConfigureAwait(false);
        try
        {
            await using NpgsqlDataSource admin = NpgsqlDataSource.Create(
                AdminConnectionString(derived._name, pooling: false)
            );
            await using NpgsqlCommand command = admin.CreateCommand(sql);
            await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
            return derived;
        }
        catch
        {
            await derived.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Makes a database of a dump, as somebody would who restores a backup beside the live database.</summary>
    internal async Task<TestDatabase> RestoreAsync(string dump, CancellationToken cancellationToken)
    {
        string name = NewName("restored");
        await ExecuteAsync($"create database {name} template template0", cancellationToken).ConfigureAwait(false);
        await _server.RestoreAsync(name, dump, cancellationToken).ConfigureAwait(false);
        return await OpenAsync(name, cancellationToken).ConfigureAwait(false);
    }

    async Task<TestDatabase> OpenAsync(string name, CancellationToken cancellationToken)
    {
        // privileges on a database go neither with a clone nor with a dump
        await ExecuteAsync($"revoke create, temporary on database {name} from public", cancellationToken)
            .ConfigureAwait(false);
        NpgsqlConnectionStringBuilder app = new(AdminConnectionString(name, pooling: true))
        {
            Username = "callintel_app",
            Password = _appPassword,
        };
        return new TestDatabase(this, name, AdminConnectionString(name, pooling: true), app.ConnectionString);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await DropAsync(_name).ConfigureAwait(false);
        if (!_ownsRootKeys)
            return;
        RootKeys.Dispose();
        Directory.Delete(Path.GetDirectoryName(_rootKeyFile)!, recursive: true);
    }

    internal Task<string> DumpAsync(string name, CancellationToken cancellationToken) =>
        _server.DumpAsync(name, cancellationToken);

    internal Task DropAsync(string name) =>
        ExecuteAsync($"drop database if exists {name} with (force)", CancellationToken.None);

    static string NewName(string kind) =>
        $"callintel_{kind}_{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(6))}";

    string AdminConnectionString(string database, bool pooling) =>
        new NpgsqlConnectionStringBuilder(_server.AdminConnectionString)
        {
            Database = database,
            Pooling = pooling,
        }.ConnectionString;

    async Task ExecuteAsync(string sql, CancellationToken cancellationToken)
    {
        await using NpgsqlConnection connection = new(
            new NpgsqlConnectionStringBuilder(_server.AdminConnectionString) { Pooling = false }.ConnectionString
        );
        await connection.OpenAsync(cancellationToken).ConfigureAwait(false);
        await using NpgsqlCommand command = new(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }
}
