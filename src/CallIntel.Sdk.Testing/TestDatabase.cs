using System.Diagnostics.Metrics;
using CallIntel.Sdk.Tenancy;
using Npgsql;

namespace CallIntel.Sdk.Testing;

/// <summary>A migrated database of one test class's own.</summary>
/// <remarks>Thread-safe.</remarks>
public sealed class TestDatabase : IAsyncDisposable
{
    readonly MigratedTemplate _template;
    readonly string _name;

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
        Admin = NpgsqlDataSource.Create(adminConnectionString);
        DataSource = CreateDataSource();
    }

    /// <summary>For the role that installed the schema: sees everything.</summary>
    public string AdminConnectionString { get; }

    /// <summary>For <c>callintel_app</c>: what an application, or an attacker inside one, has.</summary>
    public string AppConnectionString { get; }

    /// <summary>Connections of the admin role.</summary>
    public NpgsqlDataSource Admin { get; }

    internal string DatabaseName => _name;

    /// <summary>The keys that sign sessions here.</summary>
    public SigningKeyRing SigningKeys => _template.SigningKeys;

    /// <summary>The root key file, for an application of another process.</summary>
    public string RootKeyFile => _template.RootKeyFile;

    /// <summary>The entrance an application uses.</summary>
    public CallIntelDataSource DataSource { get; }

    /// <summary>A further entrance, for example with another clock or through a pooler.</summary>
    /// <param name="configure">Changes the options.</param>
    /// <param name="timeProvider">The clock. Default: the system's.</param>
    /// <param name="meterFactory">Makes its meter. Default: one of its own.</param>
    public CallIntelDataSource CreateDataSource(
        Action<CallIntelOptions>? configure = null,
        TimeProvider? timeProvider = null,
        IMeterFactory? meterFactory = null
    )
    {
        CallIntelOptions options = new()
        {
            ConnectionString = AppConnectionString,
            SigningKeys = SigningKeys,
            RootKeys = _template.RootKeys,
        };
        configure?.Invoke(options);
        return new CallIntelDataSource(options, timeProvider: timeProvider, meterFactory: meterFactory);
    }

    /// <summary>An org with a member of every role.</summary>
    /// <param name="name">What the org is called.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public Task<TestOrg> CreateOrgAsync(string name, CancellationToken cancellationToken = default) =>
        TestOrg.CreateAsync(DataSource, name, cancellationToken);

    /// <summary>The whole database as SQL: what a backup holds.</summary>
    internal Task<string> DumpAsync(CancellationToken cancellationToken) =>
        _template.DumpAsync(_name, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await DataSource.DisposeAsync().ConfigureAwait(false);
        await Admin.DisposeAsync().ConfigureAwait(false);
        await _template.DropAsync(_name).ConfigureAwait(false);
    }
}
