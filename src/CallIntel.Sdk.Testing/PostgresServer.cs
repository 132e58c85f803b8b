using CallIntel.Sdk.Testing.Providers;
using Npgsql;

namespace CallIntel.Sdk.Testing;

/// <summary>
/// A PostgreSQL server with pgvector for tests and samples. It is durable, accepts connections from this machine only
/// and stops when the process that started it ends, even if that process is killed.
/// </summary>
/// <remarks>
/// <see cref="StartAsync"/> uses the first provider that is available: the server that the environment variable
/// <c>CALLINTEL_POSTGRES</c> configures; Docker; an installed PostgreSQL with pgvector; as root on Debian or Ubuntu,
/// Debian's packages in a root file system of their own in the user's cache folder. <c>docs/guides/postgres.md</c>
/// describes them. Instances are safe for concurrent use.
/// </remarks>
public sealed class PostgresServer : IAsyncDisposable
{
    readonly RunningPostgres _running;

    PostgresServer(RunningPostgres running)
    {
        _running = running;
        AdminConnectionString = new NpgsqlConnectionStringBuilder(running.ConnectionString)
        {
            IncludeErrorDetail = false,
        }.ConnectionString;
    }

    /// <summary>
    /// The connection string of a role that can create roles and databases. It is the superuser, except possibly on a
    /// server that <c>CALLINTEL_POSTGRES</c> configures.
    /// </summary>
    /// <value>The database is <c>postgres</c>, unless <c>CALLINTEL_POSTGRES</c> contains another one.</value>
    public string AdminConnectionString { get; }

    /// <summary>The major version of the server, for example 17.</summary>
    public int MajorVersion => _running.MajorVersion;

    /// <summary>
    /// A description of where the server came from, for example <c>PostgreSQL 17.6 from Debian trixie</c>.
    /// </summary>
    public string Origin => _running.Origin;

    /// <summary>Whether disposal deletes the data of the server.</summary>
    /// <value>
    /// False with <see cref="PostgresServerOptions.DataDirectory"/>, and for a server that <c>CALLINTEL_POSTGRES</c>
    /// configures.
    /// </value>
    public bool IsThrowAway => _running.IsThrowAway;

    /// <summary>The folder of the server's files; null for a container and for a configured server.</summary>
    internal string? Folder => _running.Folder;

    /// <summary>Starts a server with the first provider that is available on this machine.</summary>
    /// <param name="options">The settings of the server; null for a server whose data is deleted when it stops.</param>
    /// <param name="cancellationToken">Cancels the start and stops the processes that it started.</param>
    /// <returns>The running server, ready for connections.</returns>
    /// <exception cref="CallIntelException">
    /// No provider is available (<see cref="TestingErrorCodes.NoPostgres"/>), the configured server cannot be used
    /// (<see cref="TestingErrorCodes.ConfiguredServerUnusable"/>), the server did not start
    /// (<see cref="TestingErrorCodes.ServerDidNotStart"/>), or an option is not supported
    /// (<see cref="TestingErrorCodes.OptionsNotSupported"/>).
    /// </exception>
    /// <exception cref="OperationCanceledException">The start was canceled.</exception>
    public static Task<PostgresServer> StartAsync(
        PostgresServerOptions? options = null,
        CancellationToken cancellationToken = default
    ) =>
        StartInAsync(
            options ?? new PostgresServerOptions(),
            HostEnvironment.Current,
            PostgresProvider.InOrder,
            cancellationToken
        );

    internal static async Task<PostgresServer> StartInAsync(
        PostgresServerOptions options,
        HostEnvironment host,
        IEnumerable<PostgresProvider> providers,
        CancellationToken cancellationToken
    )
    {
        var request = ServerRequest.From(options, host);
        List<string> reasons = [];
        foreach (PostgresProvider provider in providers)
        {
            ProviderResult result = await provider.TryAsync(request, cancellationToken).ConfigureAwait(false);
            if (result.Server is { } running)
                return new PostgresServer(running);
            reasons.Add($"{provider.Name}: {result.Reason}");
        }

        throw new CallIntelException(
            TestingErrorCodes.NoPostgres,
            $"No provider of {request.Description} with pgvector is available on this machine. "
                + $"{string.Join("; ", reasons)}.",
            "Do one of the following: set CALLINTEL_POSTGRES to the connection string of an admin role on a server "
                + "with PostgreSQL 15 or later and pgvector; start Docker; install PostgreSQL with pgvector; "
                + "run as root "
                + "on Debian or Ubuntu."
        );
    }

    /// <summary>
    /// Starts a server that can have a standby: by the programs of an installed PostgreSQL or by Debian's packages,
    /// whatever else is available.
    /// </summary>
    internal static Task<PostgresServer> StartPrimaryAsync(
        PostgresServerOptions options,
        CancellationToken cancellationToken
    ) =>
        StartInAsync(
            options,
            HostEnvironment.Current,
            [new InstalledPostgresProvider(), new DebianPackagesProvider()],
            cancellationToken
        );

    /// <summary>
    /// Starts a streaming standby of this server, which was started by <see cref="StartPrimaryAsync"/>. Roles,
    /// passwords and databases are those of this server. The standby goes on when this server is disposed.
    /// </summary>
    internal async Task<PostgresServer> StartStandbyAsync(CancellationToken cancellationToken) =>
        new(await _running.StartStandbyAsync!(cancellationToken).ConfigureAwait(false));

    /// <summary>Dumps a database as SQL, with pg_dump of the server's version.</summary>
    internal Task<string> DumpAsync(string database, CancellationToken cancellationToken) =>
        _running.Programs.RunAsync("pg_dump", database, ["--no-password"], "", cancellationToken);

    /// <summary>Dumps a database as SQL as a role other than the administrator.</summary>
    internal Task<string> DumpAsync(
        string database,
        string role,
        string password,
        IReadOnlyList<string> arguments,
        CancellationToken cancellationToken
    ) =>
        _running.Programs.RunAsync(
            "pg_dump",
            database,
            ["--no-password", "--dbname", $"dbname={database} user={role} password={password}", .. arguments],
            "",
            cancellationToken
        );

    /// <summary>Runs a script with psql as a role other than the administrator.</summary>
    internal Task RestoreAsync(
        string database,
        string role,
        string password,
        string script,
        CancellationToken cancellationToken
    ) =>
        _running.Programs.RunAsync(
            "psql",
            database,
            [
                "--no-psqlrc",
                "--quiet",
                "--no-password",
                "-v",
                "ON_ERROR_STOP=1",
                "--dbname",
                $"dbname={database} user={role} password={password}",
            ],
            script,
            cancellationToken
        );

    /// <summary>
    /// Restores the result of <see cref="DumpAsync(string, CancellationToken)"/> into an empty database.
    /// </summary>
    internal Task RestoreAsync(string database, string dump, CancellationToken cancellationToken) =>
        _running.Programs.RunAsync(
            "psql",
            database,
            ["--no-psqlrc", "--quiet", "--no-password", "-v", "ON_ERROR_STOP=1"],
            dump,
            cancellationToken
        );

    /// <summary>
    /// Stops the server and deletes its data if <see cref="IsThrowAway"/> is true. Does nothing for a server that
    /// <c>CALLINTEL_POSTGRES</c> configures, and nothing when called again.
    /// </summary>
    /// <returns>A task that completes when the server has stopped.</returns>
    public ValueTask DisposeAsync() => _running.Lifetime?.DisposeAsync() ?? ValueTask.CompletedTask;
}
