using System.Security.Cryptography;
using DotNet.Testcontainers.Builders;
using DotNet.Testcontainers.Containers;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Testcontainers.PostgreSql;

namespace CallIntel.Sdk.Testing.Ways;

/// <summary>The image <c>pgvector/pgvector</c>, where a Docker engine answers.</summary>
internal sealed class DockerContainer : PostgresWay
{
    /// <summary>An engine that does not answer a ping for this long is taken for absent.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>The image's own default has durability off (Testcontainers) and Debian's small buffers.</summary>
    private static readonly string[] Durable =
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

    internal override async Task<WayAttempt> TryAsync(ServerRequest request, CancellationToken cancellationToken)
    {
        string image = $"pgvector/pgvector:pg{request.PreferredMajorVersion}";
        string password = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24));
        PostgreSqlContainer container;
        try
        {
            // Looking for the engine blocks, so it happens elsewhere and is left alone when it takes too long.
            container = await Task.Run(() => Describe(request, image, password), cancellationToken)
                .WaitAsync(Patience, TimeProvider.System, cancellationToken)
                .ConfigureAwait(false);
        }
        catch (Exception e) when (e is DockerUnavailableException or TimeoutException)
        {
            return WayAttempt.DoesNotFit("no engine answers");
        }

        try
        {
            request.Progress?.Invoke($"starting the image {image}");
            await container.StartAsync(cancellationToken).ConfigureAwait(false);
            if (request.ClusterName is not null)
                await ChangePasswordAsync(container, password, cancellationToken).ConfigureAwait(false);

            var connection = new NpgsqlConnectionStringBuilder(container.GetConnectionString())
            {
                Database = "postgres",
            };
            ServerFacts facts = await ServerFacts
                .ReadAsync(connection.ConnectionString, cancellationToken)
                .ConfigureAwait(false);
            return WayAttempt.Started(
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
            // An engine without this image and without a network, most often: the next way may still do.
            await container.DisposeAsync().ConfigureAwait(false);
            return WayAttempt.DoesNotFit(
                $"the engine answers, but {image} did not start ({e.GetType().Name}: {e.Message.ReplaceLineEndings(" ")})"
            );
        }
        catch
        {
            await container.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private static PostgreSqlContainer Describe(ServerRequest request, string image, string password)
    {
        PostgreSqlBuilder builder = new PostgreSqlBuilder(image)
            // Testcontainers would write to standard output, which belongs to the program that uses us.
            .WithLogger(NullLogger.Instance)
            .WithUsername("postgres")
            .WithPassword(password)
            .WithEnvironment("POSTGRES_INITDB_ARGS", "--encoding=UTF8 --locale=C.UTF-8")
            .WithEnvironment("TZ", "UTC")
            .WithCommand(Durable)
            .WithCommand([
                .. request.Settings.SelectMany(setting => (string[])["-c", $"{setting.Key}={setting.Value}"]),
            ]);
        if (request.ClusterName is { } name)
        {
            // A volume that is only named belongs to nobody, and Testcontainers leaves it where it is.
            builder = builder
                .WithVolumeMount($"callintel-{name}-{request.PreferredMajorVersion}", "/callintel")
                .WithEnvironment("PGDATA", "/callintel/data");
        }

        return builder.Build();
    }

    /// <summary>The image sets a password only when it creates the cluster.</summary>
    private static async Task ChangePasswordAsync(
        PostgreSqlContainer container,
        string password,
        CancellationToken cancellationToken
    )
    {
        ExecResult result = await container
            .ExecScriptAsync($"alter role postgres password '{password}'", cancellationToken)
            .ConfigureAwait(false);
        if (result.ExitCode != 0)
            throw new InvalidOperationException("The kept cluster's password could not be set.");
    }
}
