using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Npgsql;

namespace CallIntel.Sdk.Testing.Providers;

/// <summary>
/// A server that <c>postgres.sh</c> runs. This process holds the writing end of the script's standard input: when this
/// process ends, even by SIGKILL, the script reads end of file and stops the server.
/// </summary>
sealed class ScriptedServer : IAsyncDisposable
{
    static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(60);

    readonly Process _process;
    readonly Task<ScriptMessages> _messages;

    ScriptedServer(Process process, Task<ScriptMessages> messages) => (_process, _messages) = (process, messages);

    /// <summary>What the script reports about a server that is ready.</summary>
    internal sealed record ReadyServer(int Port, string User, string Password, string Version, string Folder);

    /// <param name="request">The settings, and the machine.</param>
    /// <param name="major">The major version.</param>
    /// <param name="binFolder">The programs of an installed PostgreSQL; null for Debian's packages.</param>
    /// <param name="origin">Describes where a server of a version came from.</param>
    /// <param name="cancellationToken">Stops the command.</param>
    /// <param name="primary">
    /// The connection string of a server that the new one follows as a standby; null for a server of its own.
    /// </param>
    internal static async Task<RunningPostgres> StartPostgresAsync(
        ServerRequest request,
        int major,
        string? binFolder,
        Func<string, string> origin,
        CancellationToken cancellationToken,
        string? primary = null
    )
    {
        List<string> arguments = ["serve", "--verbose", "--major", $"{major}"];
        if (binFolder is not null)
            arguments.AddRange(["--bin", binFolder]);
        if (request.ClusterName is { } name)
            arguments.AddRange(["--data", Path.Combine(request.Host.CacheFolder, "clusters", $"{name}-{major}")]);
        foreach ((string setting, string value) in request.Settings)
            arguments.AddRange(["--set", $"{setting}={value}"]);
        if (primary is not null)
            arguments.Add("--standby");
        ProcessStartInfo start = await ScriptAsync(request.Host, arguments, cancellationToken).ConfigureAwait(false);
        if (primary is not null)
            PassConnection(start, primary);

        (ScriptedServer server, ReadyServer ready) = await StartAsync(
                start,
                "PostgreSQL",
                TestingErrorCodes.ServerDidNotStart,
                request.Progress,
                request.Output,
                cancellationToken
            )
            .ConfigureAwait(false);
        var connection = new NpgsqlConnectionStringBuilder
        {
            Host = "127.0.0.1",
            Port = ready.Port,
            Username = ready.User,
            Password = ready.Password,
            Database = "postgres",
        };
        var programs = new LocalPrograms(connection.ConnectionString, async (program, token) =>
            binFolder is null
                ?
                [
                    "bash",
                    await ServerScript.UnpackAsync(request.Host, token).ConfigureAwait(false),
                    program,
                    "--major",
                    $"{major}",
                ]
                : [Path.Combine(binFolder, program)]
        );
        return new RunningPostgres(
            connection.ConnectionString,
            major,
            origin(ready.Version),
            IsThrowAway: request.ClusterName is null,
            ready.Folder,
            server,
            programs
        )
        {
            // A standby needs no settings of its own, and is deleted in any case.
            StartStandbyAsync = token =>
                StartPostgresAsync(
                    request with
                    {
                        ClusterName = null,
                        Settings = new Dictionary<string, string>(),
                    },
                    major,
                    binFolder,
                    origin,
                    token,
                    connection.ConnectionString
                ),
        };
    }

    /// <summary>
    /// Passes a connection to the script in its environment, because every user of the machine can read a command line.
    /// </summary>
    internal static void PassConnection(ProcessStartInfo start, string connectionString)
    {
        var connection = new NpgsqlConnectionStringBuilder(connectionString);
        start.Environment["PGHOST"] = connection.Host;
        start.Environment["PGPORT"] = connection.Port.ToString(CultureInfo.InvariantCulture);
        start.Environment["PGUSER"] = connection.Username;
        start.Environment["PGPASSWORD"] = connection.Password;
    }

    /// <summary>Describes a run of <c>postgres.sh</c>, for <see cref="StartAsync"/>.</summary>
    internal static async Task<ProcessStartInfo> ScriptAsync(
        HostEnvironment host,
        IEnumerable<string> arguments,
        CancellationToken cancellationToken
    )
    {
        string script = await ServerScript.UnpackAsync(host, cancellationToken).ConfigureAwait(false);
        // A session of its own, so that Ctrl+C reaches the program that uses the server, but not the server.
        return new ProcessStartInfo("setsid", ["bash", script, .. arguments])
        {
            Environment = { ["HOME"] = host.Home, ["XDG_CACHE_HOME"] = Path.GetDirectoryName(host.CacheFolder) },
        };
    }

    /// <summary>Starts a command and waits until it writes the line that describes its server.</summary>
    /// <param name="start">The command.</param>
    /// <param name="product">The name of the product that it starts, for error messages.</param>
    /// <param name="errorCode">The code of the exception when the command ends without a server.</param>
    /// <param name="progress">Receives the lines of progress.</param>
    /// <param name="output">Receives all other lines of standard error.</param>
    /// <param name="cancellationToken">Stops the command.</param>
    /// <exception cref="CallIntelException">The command ended without a server.</exception>
    internal static async Task<(ScriptedServer Server, ReadyServer Ready)> StartAsync(
        ProcessStartInfo start,
        string product,
        string errorCode,
        Action<string>? progress,
        Action<string>? output,
        CancellationToken cancellationToken
    )
    {
        start.RedirectStandardInput = true;
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        start.UseShellExecute = false;
        Process process = Process.Start(start)
            ?? throw new InvalidOperationException($"The process {start.FileName} did not start.");
        var server = new ScriptedServer(
            process,
            ScriptMessages.ReadToEndAsync(process.StandardError, progress, output)
        );
        try
        {
            // Cancellation looks to the script like the death of this process: it stops what it does and exits.
            CancellationTokenRegistration registration = cancellationToken.Register(process.StandardInput.Close);
            await using (registration.ConfigureAwait(false))
            {
                string? line = await process.StandardOutput.ReadLineAsync(CancellationToken.None).ConfigureAwait(false);
                cancellationToken.ThrowIfCancellationRequested();
                if (line is null)
                    throw await server.FailureAsync(product, errorCode).ConfigureAwait(false);
                return (server, Parse(line));
            }
        }
        catch
        {
            await server.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            _process.StandardInput.Close();
            await _process
                .WaitForExitAsync(CancellationToken.None)
                .WaitAsync(StopTimeout, TimeProvider.System)
                .ConfigureAwait(false);
            await _messages.ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            _process.Kill(entireProcessTree: true);
        }
        catch (InvalidOperationException)
        {
            // Already disposed.
        }
        finally
        {
            _process.Dispose();
        }
    }

    static ReadyServer Parse(string line)
    {
        using JsonDocument json = JsonDocument.Parse(line);
        JsonElement root = json.RootElement;
        string Text(string name) => root.GetProperty(name).GetString()!;
        return new ReadyServer(
            root.GetProperty("port").GetInt32(),
            Text("user"),
            Text("password"),
            Text("version"),
            Text("data")
        );
    }

    async Task<CallIntelException> FailureAsync(string product, string errorCode)
    {
        ScriptMessages messages = await _messages.WaitAsync(StopTimeout, TimeProvider.System).ConfigureAwait(false);
        await _process
            .WaitForExitAsync(CancellationToken.None)
            .WaitAsync(StopTimeout, TimeProvider.System)
            .ConfigureAwait(false);
        string reason = messages.Error ?? $"the start script exited with code {_process.ExitCode}";
        string lines = string.Join(Environment.NewLine, messages.Tail);
        return new CallIntelException(
            errorCode,
            $"{product} did not start: {reason.TrimEnd('.')}.",
            lines.Length == 0
                ? "There was no output. The page of this error code lists the usual causes."
                : $"Correct the cause that the last lines of the output show:{Environment.NewLine}{lines}"
        );
    }
}
