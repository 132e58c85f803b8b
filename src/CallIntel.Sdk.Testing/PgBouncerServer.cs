using System.Globalization;
using System.Text.RegularExpressions;
using CallIntel.Sdk.Testing.Ways;
using Npgsql;

namespace CallIntel.Sdk.Testing;

/// <summary>
/// A PgBouncer in transaction mode before a <see cref="PostgresServer"/>: what stands between an application and its database on
/// Supabase and most managed hosts, so that tests meet it too.
/// </summary>
/// <remarks>
/// Taken from PATH where it is 1.21 or newer, otherwise, as root on Debian or Ubuntu, from Debian. Every role that can log in to the
/// server can log in here with the same password. Listens on 127.0.0.1 and is gone with the process that started it.
/// </remarks>
public sealed partial class PgBouncerServer : IAsyncDisposable
{
    private static readonly Version OldestVersion = new(1, 21);

    private readonly ScriptedServer _server;
    private readonly int _port;

    private PgBouncerServer(ScriptedServer server, ScriptedServer.Announcement ready)
    {
        _server = server;
        _port = ready.Port;
        Version = ready.Version;
    }

    /// <summary>The version of PgBouncer, for example 1.24.1.</summary>
    public string Version { get; }

    /// <summary>Starts a PgBouncer before a server.</summary>
    /// <param name="server">The server; its admin role must be allowed to read <c>pg_authid</c>.</param>
    /// <param name="options">Pool size and prepared statements.</param>
    /// <param name="cancellationToken">Gives up, and stops what was started.</param>
    /// <returns>The pooler, ready for connections.</returns>
    /// <exception cref="CallIntelException">There is no PgBouncer, or it did not start: <see cref="TestingErrorCodes.NoPgBouncer"/>.</exception>
    public static async Task<PgBouncerServer> StartAsync(
        PostgresServer server,
        PgBouncerOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(server);
        options ??= new PgBouncerOptions();
        Surroundings surroundings = Surroundings.Real;
        var admin = new NpgsqlConnectionStringBuilder(server.AdminConnectionString);

        List<string> arguments =
        [
            "pgbouncer",
            "--pool-size",
            options.PoolSize.ToString(CultureInfo.InvariantCulture),
            "--max-prepared-statements",
            options.MaxPreparedStatements.ToString(CultureInfo.InvariantCulture),
        ];
        if (await FindInstalledAsync(surroundings, cancellationToken).ConfigureAwait(false) is { } folder)
        {
            arguments.AddRange(["--bin", folder]);
        }
        else if (DebianPostgres.WhyNot(surroundings) is { } whyNot)
        {
            throw new CallIntelException(
                TestingErrorCodes.NoPgBouncer,
                $"No PgBouncer {OldestVersion} or newer is on PATH, and Debian's cannot be got: {whyNot}.",
                "Install PgBouncer, or run as root on Debian or Ubuntu."
            );
        }

        // By environment: a command line can be read by everybody on the machine.
        Dictionary<string, string> environment = new()
        {
            ["PGHOST"] = admin.Host!,
            ["PGPORT"] = admin.Port.ToString(CultureInfo.InvariantCulture),
            ["PGUSER"] = admin.Username!,
            ["PGPASSWORD"] = admin.Password!,
        };
        (ScriptedServer running, ScriptedServer.Announcement ready) = await ScriptedServer
            .StartAsync(
                TestingErrorCodes.NoPgBouncer,
                surroundings,
                arguments,
                environment,
                options.Progress,
                cancellationToken
            )
            .ConfigureAwait(false);
        return new PgBouncerServer(running, ready);
    }

    /// <summary>The same connection string, but through this PgBouncer.</summary>
    /// <param name="connectionString">A connection string to the server, of any role and database.</param>
    /// <returns>
    /// The connection string with host and port exchanged, and with <c>No Reset On Close</c>, because the pool's connections are
    /// shared by transaction and a reset would reach whichever comes next.
    /// </returns>
    public string Through(string connectionString) =>
        new NpgsqlConnectionStringBuilder(connectionString)
        {
            Host = "127.0.0.1",
            Port = _port,
            NoResetOnClose = true,
        }.ConnectionString;

    /// <summary>Stops the pooler; connections through it end.</summary>
    /// <returns>A task that ends when nothing is left running.</returns>
    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private static async Task<string?> FindInstalledAsync(
        Surroundings surroundings,
        CancellationToken cancellationToken
    )
    {
        string[] onPath = (surroundings.Variable("PATH") ?? "").Split(
            Path.PathSeparator,
            StringSplitOptions.RemoveEmptyEntries
        );
        foreach (string folder in onPath.Append("/usr/sbin").Distinct())
        {
            string program = Path.Combine(folder, "pgbouncer");
            if (!File.Exists(program))
                continue;
            string text = await ProgramOutput
                .ReadAsync(program, ["--version"], cancellationToken)
                .ConfigureAwait(false);
            if (
                FirstVersion().Match(text) is { Success: true } match
                && System.Version.Parse(match.Value) >= OldestVersion
            )
                return folder;
        }

        return null;
    }

    [GeneratedRegex(@"\d+\.\d+(\.\d+)?")]
    private static partial Regex FirstVersion();
}
