using System.Diagnostics;
using System.Text.Json;
using Npgsql;

namespace CallIntel.Sdk.Testing.Ways;

/// <summary>
/// A server under <c>postgres.sh</c>. We hold the writing end of the script's standard input: when this process ends, in whatever
/// way, the script reads end of file and stops the server.
/// </summary>
internal sealed class ScriptedServer : IAsyncDisposable
{
    private const int RememberedLines = 12;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly Task _messages;
    private readonly Queue<string> _lastMessages;

    private ScriptedServer(Process process, Action<string>? progress)
    {
        _process = process;
        _lastMessages = new Queue<string>(RememberedLines);
        _messages = ReadMessagesAsync(progress);
    }

    /// <summary>What the script said when the server was ready.</summary>
    internal sealed record Announcement(int Port, string User, string Password, string Version, string Folder);

    internal static async Task<RunningPostgres> StartPostgresAsync(
        ServerRequest request,
        int major,
        string? binFolder,
        Func<string, string> origin,
        CancellationToken cancellationToken
    )
    {
        List<string> arguments = ["serve", "--major", $"{major}"];
        if (binFolder is not null)
            arguments.AddRange(["--bin", binFolder]);
        if (request.ClusterName is { } name)
            arguments.AddRange([
                "--data",
                Path.Combine(request.Surroundings.CacheFolder, "clusters", $"{name}-{major}"),
            ]);
        foreach ((string setting, string value) in request.Settings)
            arguments.AddRange(["--set", $"{setting}={value}"]);

        (ScriptedServer server, Announcement ready) = await StartAsync(
                TestingErrorCodes.ServerDidNotStart,
                request.Surroundings,
                arguments,
                [],
                request.Progress,
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
                    await ServerScript.UnpackAsync(request.Surroundings, token).ConfigureAwait(false),
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
        );
    }

    internal static async Task<(ScriptedServer Server, Announcement Ready)> StartAsync(
        string errorCode,
        Surroundings surroundings,
        IEnumerable<string> arguments,
        IEnumerable<KeyValuePair<string, string>> environment,
        Action<string>? progress,
        CancellationToken cancellationToken
    )
    {
        string script = await ServerScript.UnpackAsync(surroundings, cancellationToken).ConfigureAwait(false);
        // A session of its own, so that Ctrl-C reaches the program that uses the server and not the server under it.
        var start = new ProcessStartInfo("setsid")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach (string argument in (string[])["bash", script, .. arguments])
            start.ArgumentList.Add(argument);
        foreach ((string name, string value) in environment)
            start.Environment[name] = value;
        start.Environment["HOME"] = surroundings.Home;
        start.Environment["XDG_CACHE_HOME"] = Path.GetDirectoryName(surroundings.CacheFolder);

        Process process = Process.Start(start) ?? throw new InvalidOperationException("setsid did not start.");
        var server = new ScriptedServer(process, progress);
        try
        {
            // Giving up is the same message as dying: the script stops whatever it is at, and its output ends.
            CancellationTokenRegistration giveUp = cancellationToken.Register(process.StandardInput.Close);
            await using (giveUp.ConfigureAwait(false))
            {
                string? line = await process.StandardOutput.ReadLineAsync(CancellationToken.None).ConfigureAwait(false);
                cancellationToken.ThrowIfCancellationRequested();
                if (line is null)
                    throw await server.FailureAsync(errorCode).ConfigureAwait(false);
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
                .WaitAsync(Patience, TimeProvider.System)
                .ConfigureAwait(false);
            await _messages.ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            _process.Kill(entireProcessTree: true);
        }
        catch (InvalidOperationException)
        {
            // Disposed before: nothing is left to stop.
        }
        finally
        {
            _process.Dispose();
        }
    }

    private static Announcement Parse(string line)
    {
        using JsonDocument json = JsonDocument.Parse(line);
        JsonElement root = json.RootElement;
        string Text(string name) => root.GetProperty(name).GetString()!;
        return new Announcement(
            root.GetProperty("port").GetInt32(),
            Text("user"),
            Text("password"),
            Text("version"),
            Text("data")
        );
    }

    private async Task ReadMessagesAsync(Action<string>? progress)
    {
        while (await _process.StandardError.ReadLineAsync(CancellationToken.None).ConfigureAwait(false) is { } line)
        {
            lock (_lastMessages)
            {
                if (_lastMessages.Count == RememberedLines)
                    _lastMessages.Dequeue();
                _lastMessages.Enqueue(line);
            }

            progress?.Invoke(line);
        }
    }

    private async Task<CallIntelException> FailureAsync(string errorCode)
    {
        await _messages.WaitAsync(Patience, TimeProvider.System).ConfigureAwait(false);
        string[] lines;
        lock (_lastMessages)
            lines = [.. _lastMessages];
        string said = lines
            .LastOrDefault(line => line.StartsWith("error: ", StringComparison.Ordinal))
            ?["error: ".Length..]
            ?? "it gave no reason";
        return new CallIntelException(
            errorCode,
            $"The server did not start: {said}.",
            $"The code's page lists the usual causes; the last messages were:{Environment.NewLine}{string.Join(Environment.NewLine, lines)}"
        );
    }
}
