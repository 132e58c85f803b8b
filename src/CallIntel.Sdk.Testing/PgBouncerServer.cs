using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using CallIntel.Sdk.Testing.Providers;
using Npgsql;

namespace CallIntel.Sdk.Testing;

/// <summary>
/// A PgBouncer in transaction mode in front of a <see cref="PostgresServer"/>. Supabase and most managed hosts put such
/// a pooler between an application and its database, so tests should use one too.
/// </summary>
/// <remarks>
/// PgBouncer 1.21 or later is used from PATH; otherwise, as root on Debian or Ubuntu, it is installed from Debian's
/// packages. Every role of the server logs in with its own password. The pooler listens on a free port of 127.0.0.1 and
/// stops when the process that started it ends, even if that process is killed. Instances are safe for concurrent use.
/// </remarks>
public sealed partial class PgBouncerServer : IAsyncDisposable
{
    static readonly Version OldestVersion = new(1, 21);

    readonly ScriptedServer _server;
    readonly int _port;

    PgBouncerServer(ScriptedServer server, ScriptedServer.ReadyServer ready)
    {
        _server = server;
        _port = ready.Port;
        Version = ready.Version;
    }

    /// <summary>The version of PgBouncer, for example <c>1.24.1</c>.</summary>
    public string Version { get; }

    /// <summary>Starts a PgBouncer in front of a server.</summary>
    /// <param name="server">
    /// The server. Its admin role must be able to read <c>pg_authid</c>, so it must be a superuser.
    /// </param>
    /// <param name="options">The settings of the pooler; null for the defaults.</param>
    /// <param name="cancellationToken">Cancels the start and stops the processes that it started.</param>
    /// <returns>The pooler, ready for connections.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="server"/> is null.</exception>
    /// <exception cref="CallIntelException">
    /// PgBouncer is not available or did not start: <see cref="TestingErrorCodes.NoPgBouncer"/>.
    /// </exception>
    /// <exception cref="OperationCanceledException">The start was canceled.</exception>
    public static async Task<PgBouncerServer> StartAsync(
        PostgresServer server,
        PgBouncerOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(server);
        options ??= new PgBouncerOptions();
        HostEnvironment host = HostEnvironment.Current;

        List<string> arguments =
        [
            "pgbouncer",
            "--verbose",
            "--pool-size",
            options.PoolSize.ToString(CultureInfo.InvariantCulture),
            "--max-prepared-statements",
            options.MaxPreparedStatements.ToString(CultureInfo.InvariantCulture),
        ];
        if (await FindInstalledAsync(host, cancellationToken).ConfigureAwait(false) is { } folder)
        {
            arguments.AddRange(["--bin", folder]);
        }
        else if (DebianPackagesProvider.ReasonUnavailable(host) is { } reason)
        {
            throw new CallIntelException(
                TestingErrorCodes.NoPgBouncer,
                $"PgBouncer {OldestVersion} or later is not on PATH and cannot be installed from Debian: {reason}.",
                $"Install PgBouncer {OldestVersion} or later, or run as root on Debian or Ubuntu."
            );
        }

        ProcessStartInfo start = await ScriptedServer
            .ScriptAsync(host, arguments, cancellationToken)
            .ConfigureAwait(false);
        ScriptedServer.PassConnection(start, server.AdminConnectionString);
        (ScriptedServer running, ScriptedServer.ReadyServer ready) = await ScriptedServer
            .StartAsync(
                start,
                "PgBouncer",
                TestingErrorCodes.NoPgBouncer,
                options.Progress,
                options.Output,
                cancellationToken
            )
            .ConfigureAwait(false);
        return new PgBouncerServer(running, ready);
    }

    /// <summary>Returns a connection string that connects through this pooler.</summary>
    /// <param name="connectionString">A connection string of the server, for any role and database.</param>
    /// <returns>
    /// The connection string with the host and port of the pooler, and with <c>No Reset On Close</c>: the pooler
    /// assigns server connections per transaction, so a reset would affect another client.
    /// </returns>
    public string Through(string connectionString) =>
        new NpgsqlConnectionStringBuilder(connectionString)
        {
            Host = "127.0.0.1",
            Port = _port,
            NoResetOnClose = true,
        }.ConnectionString;

    /// <summary>Stops the pooler and closes the connections through it. Calling it again has no effect.</summary>
    /// <returns>A task that completes when the pooler has stopped.</returns>
    public ValueTask DisposeAsync() => _server.DisposeAsync();

    static async Task<string?> FindInstalledAsync(HostEnvironment host, CancellationToken cancellationToken)
    {
        foreach (string folder in host.PathFolders.Append("/usr/sbin").Distinct())
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
