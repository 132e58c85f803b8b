using System.Security.Cryptography;
using System.Text;
using CallIntel.Sdk.Crypto.Keys;
using CallIntel.Sdk.Migrations;
using CallIntel.Sdk.Tenancy;
using Npgsql;

namespace CallIntel.Sdk.Testing;

/// <summary>
/// A template database with the SQL package installed. Test classes clone it to get a database of their own in a
/// fraction of a second.
/// </summary>
/// <remarks>Thread-safe. Dispose it to drop the template.</remarks>
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

    /// <summary>Gets the signing keys that are installed in clones.</summary>
    public SigningKeyRing SigningKeys { get; }

    /// <summary>Gets the root keys of clones, from a file that is deleted with the template.</summary>
    public KeyRingFileProvider RootKeys { get; }

    /// <summary>
    /// Gets the path of the file of <see cref="RootKeys"/>, for other processes. Only its file mode protects it.
    /// </summary>
    public string RootKeyFile => _rootKeyFile;

    /// <summary>Called with the name of each clone before it is dropped, when its connections are closed.</summary>
    internal Func<string, Task>? Dropping { get; set; }

    /// <summary>Creates a template on a server.</summary>
    /// <param name="server">The server. The caller disposes it after the template.</param>
    /// <param name="prepare">
    /// Adds to the template what every clone needs, for example partitions. Called with a data source of the admin
    /// role. Null for nothing.
    /// </param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>The template. The caller disposes it.</returns>
    /// <exception cref="CallIntelException">The SQL package could not be installed.</exception>
    public static async Task<MigratedTemplate> CreateAsync(
        PostgresServer server,
        Func<NpgsqlDataSource, Task>? prepare = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(server);
        SigningKeyRing keys = new(SigningKey.Create(1));
        // The role belongs to the whole server, so all test runs on the server use the same password.
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

    /// <summary>Creates a database from the template.</summary>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>The database. The caller disposes it, which drops it.</returns>
    public async Task<TestDatabase> CloneAsync(CancellationToken cancellationToken = default)
    {
        string name = NewName("clone");
        await ExecuteAsync($"create database {name} template {_name}", cancellationToken).ConfigureAwait(false);
        return await OpenAsync(name, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Turns the template into an ordinary database, which disposes the template. Nothing can be cloned any more.
    /// </summary>
    internal Task<TestDatabase> OpenAsync(CancellationToken cancellationToken) => OpenAsync(_name, cancellationToken);

    /// <summary>
    /// Creates a template from this one and runs statements in it as the admin role. Dispose it before this one.
    /// </summary>
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

    /// <summary>Creates a database from a dump, as if a backup was restored next to the live database.</summary>
    internal async Task<TestDatabase> RestoreAsync(string dump, CancellationToken cancellationToken)
    {
        string name = NewName("restored");
        await ExecuteAsync($"create database {name} template template0", cancellationToken).ConfigureAwait(false);
        await _server.RestoreAsync(name, dump, cancellationToken).ConfigureAwait(false);
        return await OpenAsync(name, cancellationToken).ConfigureAwait(false);
    }

    async Task<TestDatabase> OpenAsync(string name, CancellationToken cancellationToken)
    {
        // neither a clone nor a dump contains the privileges on the database
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
        try
        {
            await DropAsync(_name).ConfigureAwait(false);
        }
        finally
        {
            if (_ownsRootKeys)
            {
                RootKeys.Dispose();
                Directory.Delete(Path.GetDirectoryName(_rootKeyFile)!, recursive: true);
            }
        }
    }

    internal Task<string> DumpAsync(string name, CancellationToken cancellationToken) =>
        _server.DumpAsync(name, cancellationToken);

    internal async Task DropAsync(string name)
    {
        if (Dropping is not null)
            await Dropping(name).ConfigureAwait(false);
        await ExecuteAsync($"drop database if exists {name} with (force)", CancellationToken.None)
            .ConfigureAwait(false);
    }

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
