using CallIntel.Sdk.Testing.Ways;
using Npgsql;

namespace CallIntel.Sdk.Testing;

/// <summary>
/// A PostgreSQL server with pgvector, for tests and samples: got in whichever way this machine allows, durable, reachable from this
/// machine only, and gone with the process that started it, even when that process is killed.
/// </summary>
/// <remarks>
/// The ways, in their order: the server that the environment variable <c>CALLINTEL_POSTGRES</c> names; Docker; an installed
/// PostgreSQL that has pgvector; as root on Debian or Ubuntu, Debian's packages in a root file system of their own under the cache
/// folder. <c>docs/guides/postgres.md</c> tells more. Instances are safe for concurrent use.
/// </remarks>
public sealed class PostgresServer : IAsyncDisposable
{
    private readonly RunningPostgres _running;

    private PostgresServer(RunningPostgres running)
    {
        _running = running;
        AdminConnectionString = new NpgsqlConnectionStringBuilder(running.ConnectionString)
        {
            IncludeErrorDetail = false,
        }.ConnectionString;
    }

    /// <summary>The connection string of a role that may create roles and databases: the superuser of a server started here.</summary>
    /// <value>Names the database <c>postgres</c>, unless <c>CALLINTEL_POSTGRES</c> names another.</value>
    public string AdminConnectionString { get; }

    /// <summary>The major version of the server, for example 17.</summary>
    public int MajorVersion => _running.MajorVersion;

    /// <summary>Where the server came from, in words, for example <c>PostgreSQL 17.11 from Debian trixie</c>.</summary>
    public string Origin => _running.Origin;

    /// <summary>True when the server's data is deleted on disposal; false when it is kept or is not ours.</summary>
    public bool IsThrowAway => _running.IsThrowAway;

    /// <summary>The folder that the server's files are in, where it is one on this machine that we know.</summary>
    internal string? Folder => _running.Folder;

    /// <summary>Gets a PostgreSQL in the first way that fits this machine and starts it.</summary>
    /// <param name="options">What kind of server; the default is a throw-away PostgreSQL 17.</param>
    /// <param name="cancellationToken">Gives up, and stops what was started.</param>
    /// <returns>The running server, ready for connections.</returns>
    /// <exception cref="CallIntelException">No way fits, or the server of the way that fits did not start: <see cref="TestingErrorCodes"/>.</exception>
    public static Task<PostgresServer> StartAsync(
        PostgresServerOptions? options = null,
        CancellationToken cancellationToken = default
    ) =>
        StartInAsync(options ?? new PostgresServerOptions(), Surroundings.Real, PostgresWay.InOrder, cancellationToken);

    internal static async Task<PostgresServer> StartInAsync(
        PostgresServerOptions options,
        Surroundings surroundings,
        IEnumerable<PostgresWay> ways,
        CancellationToken cancellationToken
    )
    {
        var request = ServerRequest.From(options, surroundings);
        List<string> tried = [];
        foreach (PostgresWay way in ways)
        {
            WayAttempt attempt = await way.TryAsync(request, cancellationToken).ConfigureAwait(false);
            if (attempt.Server is { } running)
                return new PostgresServer(running);
            tried.Add($"{way.Name}: {attempt.WhyNot}");
        }

        throw new CallIntelException(
            TestingErrorCodes.NoPostgres,
            $"No way of getting {request.Wanted} with pgvector fits this machine. {string.Join("; ", tried)}.",
            "Do one of these: set CALLINTEL_POSTGRES to the connection string of an admin role on a PostgreSQL from 15 on that has pgvector; "
                + "start Docker; install PostgreSQL with pgvector; run as root on Debian or Ubuntu."
        );
    }

    /// <summary>A database as SQL, by the pg_dump of the server's own version.</summary>
    internal Task<string> DumpAsync(string database, CancellationToken cancellationToken) =>
        _running.Programs.RunAsync("pg_dump", database, ["--no-password"], "", cancellationToken);

    /// <summary>The same as another role than the administrator.</summary>
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

    /// <summary>Runs a script by psql as another role than the administrator.</summary>
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

    /// <summary>Runs what <see cref="DumpAsync(string, CancellationToken)"/> gave in an empty database.</summary>
    internal Task RestoreAsync(string database, string dump, CancellationToken cancellationToken) =>
        _running.Programs.RunAsync(
            "psql",
            database,
            ["--no-psqlrc", "--quiet", "--no-password", "-v", "ON_ERROR_STOP=1"],
            dump,
            cancellationToken
        );

    /// <summary>Stops the server, if it was started here, and deletes its data, if it is a throw-away.</summary>
    /// <returns>A task that ends when nothing is left running.</returns>
    public ValueTask DisposeAsync() => _running.Lifetime?.DisposeAsync() ?? ValueTask.CompletedTask;
}
