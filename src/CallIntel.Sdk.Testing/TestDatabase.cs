using System.Diagnostics.Metrics;
using CallIntel.Sdk.Audit;
using CallIntel.Sdk.Crypto.Keys;
using CallIntel.Sdk.Tenancy;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace CallIntel.Sdk.Testing;

/// <summary>
/// A migrated database: a clone of a <see cref="MigratedTemplate"/>, or a single one from <see cref="CreateAsync"/>.
/// </summary>
/// <remarks>Thread-safe. Dispose it to drop the database.</remarks>
public sealed class TestDatabase : IAsyncDisposable
{
    readonly MigratedTemplate _template;
    readonly string _name;
    bool _ownsTemplate;

    internal TestDatabase(
        MigratedTemplate template,
        string name,
        string adminConnectionString,
        string appConnectionString
    )
    {
        _template = template;
        _name = name;
        AdminConnectionString = adminConnectionString;
        AppConnectionString = appConnectionString;
        // on a busy machine, filling a table can take longer than the default time-out of 30 seconds
        Admin = NpgsqlDataSource.Create(
            new NpgsqlConnectionStringBuilder(adminConnectionString) { CommandTimeout = 0 }
        );
        DataSource = CreateDataSource();
    }

    /// <summary>
    /// Gets the connection string of the role that installed the schema. It can read and write all rows.
    /// </summary>
    public string AdminConnectionString { get; }

    /// <summary>Gets the connection string of <c>callintel_app</c>, the role of applications.</summary>
    public string AppConnectionString { get; }

    /// <summary>Gets a data source of the role that installed the schema.</summary>
    public NpgsqlDataSource Admin { get; }

    internal string DatabaseName => _name;

    /// <summary>Gets the signing keys that are installed in the database.</summary>
    public SigningKeyRing SigningKeys => _template.SigningKeys;

    /// <summary>Gets the path of the file of root keys, for other processes.</summary>
    public string RootKeyFile => _template.RootKeyFile;

    /// <summary>Gets a data source of <c>callintel_app</c>, as an application creates it.</summary>
    public CallIntelDataSource DataSource { get; }

    /// <summary>Gets the root keys of the database, from <see cref="RootKeyFile"/>.</summary>
    public KeyRingFileProvider RootKeys => _template.RootKeys;

    /// <summary>
    /// Creates a single migrated database, for example for a demo. Use a <see cref="MigratedTemplate"/> for several: it
    /// takes seconds to migrate a database and a fraction of a second to clone one.
    /// </summary>
    /// <param name="server">The server. The caller disposes it after the database.</param>
    /// <param name="prepare">
    /// Adds what the database needs, for example partitions. Called with a data source of the admin role. Null for
    /// nothing.
    /// </param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>The database. The caller disposes it, which drops it and deletes its root keys.</returns>
    /// <exception cref="CallIntelException">The SQL package could not be installed.</exception>
    public static async Task<TestDatabase> CreateAsync(
        PostgresServer server,
        Func<NpgsqlDataSource, Task>? prepare = null,
        CancellationToken cancellationToken = default
    )
    {
        MigratedTemplate template = await MigratedTemplate
            .CreateAsync(server, prepare, cancellationToken)
            .ConfigureAwait(false);
        try
        {
            TestDatabase database = await template.OpenAsync(cancellationToken).ConfigureAwait(false);
            database._ownsTemplate = true;
            return database;
        }
        catch
        {
            await template.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Creates another data source, for example with another clock or through a pooler.</summary>
    /// <param name="configure">Changes the options. Null for none.</param>
    /// <param name="timeProvider">The clock. Null for the clock of the system.</param>
    /// <param name="meterFactory">Creates the meter. Null for a meter that is not shared.</param>
    /// <param name="auditSink">Receives the entries of the access ledger. Null for none.</param>
    /// <param name="loggerFactory">Receives the log events. Null for none.</param>
    /// <returns>The data source. The caller disposes it.</returns>
    public CallIntelDataSource CreateDataSource(
        Action<CallIntelOptions>? configure = null,
        TimeProvider? timeProvider = null,
        IMeterFactory? meterFactory = null,
        IAuditSink? auditSink = null,
        ILoggerFactory? loggerFactory = null
    )
    {
        CallIntelOptions options = new()
        {
            ConnectionString = AppConnectionString,
            SigningKeys = SigningKeys,
            RootKeys = _template.RootKeys,
        };
        configure?.Invoke(options);
        return new CallIntelDataSource(options, loggerFactory, timeProvider, meterFactory, auditSink);
    }

    /// <summary>Creates an org with one member of every role.</summary>
    /// <param name="name">The name of the org.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    public Task<TestOrg> CreateOrgAsync(string name, CancellationToken cancellationToken = default) =>
        TestOrg.CreateAsync(DataSource, name, cancellationToken);

    /// <summary>Dumps the whole database as SQL, as a backup would.</summary>
    internal Task<string> DumpAsync(CancellationToken cancellationToken) =>
        _template.DumpAsync(_name, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await DataSource.DisposeAsync().ConfigureAwait(false);
        await Admin.DisposeAsync().ConfigureAwait(false);
        if (_ownsTemplate)
            await _template.DisposeAsync().ConfigureAwait(false);
        else
            await _template.DropAsync(_name).ConfigureAwait(false);
    }
}
