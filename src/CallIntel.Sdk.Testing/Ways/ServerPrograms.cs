using System.Diagnostics;
using Npgsql;

namespace CallIntel.Sdk.Testing.Ways;

/// <summary>The programs that come with the server, of its own version: pg_dump refuses a server newer than itself.</summary>
internal abstract class ServerPrograms
{
    /// <summary>Runs a program against one database of the server, to its end.</summary>
    /// <param name="program"><c>pg_dump</c> or <c>psql</c>.</param>
    /// <param name="database">The database.</param>
    /// <param name="arguments">Its arguments, but for where the server is.</param>
    /// <param name="input">What it reads from standard input.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>What it printed.</returns>
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
            $"{program} ended with {exitCode}: {messages.Trim().Split('\n')[0]}",
            "Install the programs of the server's own version; the code's page tells where they are looked for."
        );
}

/// <summary>Programs that run as processes of this machine.</summary>
/// <param name="connectionString">Where the server is.</param>
/// <param name="command">The file to start for a program, and the arguments that go first.</param>
internal sealed class LocalPrograms(
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
            // It ended without reading: its exit code and messages say why.
        }

        await process.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
        return process.ExitCode == 0
            ? await output.ConfigureAwait(false)
            : throw Failed(program, process.ExitCode, await messages.ConfigureAwait(false));
    }
}
