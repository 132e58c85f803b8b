using System.Diagnostics;
using Npgsql;

namespace CallIntel.Sdk.Testing.Providers;

/// <summary>
/// Runs pg_dump and psql of the server's version: pg_dump refuses a server that is newer than itself.
/// </summary>
abstract class ServerPrograms
{
    /// <summary>Runs a program against one database of the server until it exits.</summary>
    /// <param name="program"><c>pg_dump</c> or <c>psql</c>.</param>
    /// <param name="database">The name of the database.</param>
    /// <param name="arguments">The arguments, without host, port, user and database.</param>
    /// <param name="input">The text for its standard input.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>The standard output of the program.</returns>
    /// <exception cref="CallIntelException"><see cref="TestingErrorCodes.ProgramFailed"/>.</exception>
    internal abstract Task<string> RunAsync(
        string program,
        string database,
        IReadOnlyList<string> arguments,
        string input,
        CancellationToken cancellationToken
    );

    private protected static CallIntelException Failed(string program, long? exitCode, string messages) =>
        new(
            TestingErrorCodes.ProgramFailed,
            $"{program} exited with code {exitCode}: {messages.Trim().Split('\n')[0]}",
            "Correct the cause that the message names. Client programs need the version of the server or a later one."
        );
}

/// <summary>Runs the programs as processes on this machine.</summary>
/// <param name="connectionString">The connection string of the server.</param>
/// <param name="command">Returns the file to start for a program, followed by its first arguments.</param>
sealed class LocalPrograms(
    string connectionString,
    Func<string, CancellationToken, Task<IReadOnlyList<string>>> command
) : ServerPrograms
{
    internal override async Task<string> RunAsync(
        string program,
        string database,
        IReadOnlyList<string> arguments,
        string input,
        CancellationToken cancellationToken
    )
    {
        IReadOnlyList<string> start = await command(program, cancellationToken).ConfigureAwait(false);
        var connection = new NpgsqlConnectionStringBuilder(connectionString);
        var info = new ProcessStartInfo(start[0], start.Skip(1).Concat(arguments))
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            Environment =
            {
                ["PGHOST"] = connection.Host,
                ["PGPORT"] = $"{connection.Port}",
                ["PGUSER"] = connection.Username,
                ["PGPASSWORD"] = connection.Password,
                ["PGDATABASE"] = database,
                ["PGCLIENTENCODING"] = "UTF8",
            },
        };
        using Process process = Process.Start(info)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(cancellationToken);
        Task<string> messages = process.StandardError.ReadToEndAsync(cancellationToken);
        try
        {
            await process.StandardInput.WriteAsync(input.AsMemory(), cancellationToken).ConfigureAwait(false);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // The program exited without reading its input. Its exit code and messages contain the reason.
        }

        await process.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
        return process.ExitCode == 0
            ? await output.ConfigureAwait(false)
            : throw Failed(program, process.ExitCode, await messages.ConfigureAwait(false));
    }
}
