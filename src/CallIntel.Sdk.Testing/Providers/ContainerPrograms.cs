using System.Text;
using DotNet.Testcontainers.Containers;

namespace CallIntel.Sdk.Testing.Providers;

/// <summary>Runs pg_dump and psql inside the container of the server.</summary>
sealed class ContainerPrograms(IContainer container, string password) : ServerPrograms
{
    const string Input = "/tmp/callintel-input.sql";

    internal override async Task<string> RunAsync(
        string program,
        string database,
        IReadOnlyList<string> arguments,
        string input,
        CancellationToken cancellationToken
    )
    {
        await container.CopyAsync(Encoding.UTF8.GetBytes(input), Input, ct: cancellationToken).ConfigureAwait(false);
        ExecResult result = await container
            .ExecAsync(
                [
                    "env",
                    $"PGPASSWORD={password}",
                    "PGHOST=127.0.0.1",
                    "PGUSER=postgres",
                    $"PGDATABASE={database}",
                    "PGCLIENTENCODING=UTF8",
                    "sh",
                    "-c",
                    $"exec \"$0\" \"$@\" <{Input}",
                    program,
                    .. arguments,
                ],
                cancellationToken
            )
            .ConfigureAwait(false);
        return result.ExitCode == 0 ? result.Stdout : throw Failed(program, result.ExitCode, result.Stderr);
    }
}
