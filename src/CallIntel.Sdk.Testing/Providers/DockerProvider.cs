using System.Security.Cryptography;
using DotNet.Testcontainers.Builders;
using DotNet.Testcontainers.Containers;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Testcontainers.PostgreSql;

namespace CallIntel.Sdk.Testing.Providers;

/// <summary>A container of the image <c>pgvector/pgvector</c>.</summary>
sealed class DockerProvider : PostgresProvider
{
    /// <summary>How long to wait for the Docker engine to respond.</summary>
    static readonly TimeSpan EngineTimeout = TimeSpan.FromSeconds(2);

    /// <summary>Testcontainers turns durability off, and the image's default buffers are small.</summary>
    static readonly string[] ServerSettings =
    [
        "-c",
        "fsync=on",
        "-c",
        "synchronous_commit=on",
        "-c",
        "full_page_writes=on",
        "-c",
        "shared_buffers=256MB",
        "-c",
        "wal_buffers=16MB",
        "-c",
        "maintenance_work_mem=256MB",
        "-c",
        "max_wal_size=4GB",
        "-c",
        "max_connections=200",
        "-c",
        "max_prepared_transactions=0",
    ];

    internal override string Name => "Docker";

    internal override async Task<ProviderResult> TryAsync(ServerRequest request, CancellationToken cancellationToken)
    {
        string image = $"pgvector/pgvector:pg{request.PreferredMajorVersion}";
        string password = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24));
        PostgreSqlContainer container;
        try
        {
            // The search for the engine blocks its thread, so it runs on another one and is abandoned after the
            // time-out.
            container = await Task.Run(() => Describe(request, image, password), cancellationToken)
                .WaitAsync(EngineTimeout, TimeProvider.System, cancellationToken)
                .ConfigureAwait(false);
        }
        catch (Exception e) when (e is DockerUnavailableException or TimeoutException)
        {
            return ProviderResult.Unavailable("no Docker engine responds");
        }

        try
        {
            request.Progress?.Invoke($"Starting the Docker image {image} (the first start downloads it) ...");
            await container.StartAsync(cancellationToken).ConfigureAwait(false);
            if (request.ClusterName is not null)
                await ChangePasswordAsync(container, password, cancellationToken).ConfigureAwait(false);

            var connection = new NpgsqlConnectionStringBuilder(container.GetConnectionString())
            {
                Database = "postgres",
            };
            ServerInfo facts = await ServerInfo
                .ReadAsync(connection.ConnectionString, cancellationToken)
                .ConfigureAwait(false);
            return ProviderResult.Started(
                new RunningPostgres(
                    connection.ConnectionString,
                    facts.MajorVersion,
                    $"PostgreSQL {facts.VersionText} from the image {image}",
                    IsThrowAway: request.ClusterName is null,
                    Folder: null,
                    container,
                    new ContainerPrograms(container, password)
                )
            );
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // Most often the engine has neither the image nor a network. The next provider can still work.
            await container.DisposeAsync().ConfigureAwait(false);
            return ProviderResult.Unavailable(
                $"the Docker engine responds, but {image} did not start: {e.Message.ReplaceLineEndings(" ")}"
            );
        }
        catch
        {
            await container.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    static PostgreSqlContainer Describe(ServerRequest request, string image, string password)
    {
        PostgreSqlBuilder builder = new PostgreSqlBuilder(image)
            // Testcontainers would write to standard output, which belongs to the calling program.
            .WithLogger(NullLogger.Instance)
            .WithUsername("postgres")
            .WithPassword(password)
            .WithEnvironment("POSTGRES_INITDB_ARGS", "--encoding=UTF8 --locale=C.UTF-8")
            .WithEnvironment("TZ", "UTC")
            .WithCommand(ServerSettings)
            .WithCommand([
                .. request.Settings.SelectMany(setting => (string[])["-c", $"{setting.Key}={setting.Value}"]),
            ]);
        if (request.ClusterName is { } name)
        {
            // Testcontainers does not delete a volume that is referenced by name only.
            builder = builder
                .WithVolumeMount($"callintel-{name}-{request.PreferredMajorVersion}", "/callintel")
                .WithEnvironment("PGDATA", "/callintel/data");
        }

        return builder.Build();
    }

    /// <summary>Sets the password: the image does that only when it creates the cluster.</summary>
    static async Task ChangePasswordAsync(
        PostgreSqlContainer container,
        string password,
        CancellationToken cancellationToken
    )
    {
        ExecResult result = await container
            .ExecScriptAsync($"alter role postgres password '{password}'", cancellationToken)
            .ConfigureAwait(false);
        if (result.ExitCode != 0)
            throw new InvalidOperationException("The password of the persistent cluster could not be set.");
    }
}
