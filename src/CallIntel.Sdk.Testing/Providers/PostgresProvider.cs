namespace CallIntel.Sdk.Testing.Providers;

/// <summary>One way to get a PostgreSQL server.</summary>
abstract class PostgresProvider
{
    /// <summary>The oldest version of pgvector that has halfvec and iterative index scans.</summary>
    internal static readonly Version OldestPgVector = new(0, 8);

    internal const int OldestMajorVersion = 15;

    internal static IReadOnlyList<PostgresProvider> InOrder { get; } =
    [
        new ConfiguredServerProvider(),
        new DockerProvider(),
        new InstalledPostgresProvider(),
        new DebianPackagesProvider(),
    ];

    /// <summary>The name of the provider in messages.</summary>
    internal abstract string Name { get; }

    /// <summary>Starts a server, or returns the reason why this provider is not available.</summary>
    /// <exception cref="CallIntelException">The provider is available, but its server cannot be used.</exception>
    internal abstract Task<ProviderResult> TryAsync(ServerRequest request, CancellationToken cancellationToken);
}

/// <summary>A running server, or the reason why a provider is not available.</summary>
sealed record ProviderResult(RunningPostgres? Server, string? Reason)
{
    internal static ProviderResult Started(RunningPostgres server) => new(server, null);

    internal static ProviderResult Unavailable(string reason) => new(null, reason);
}

/// <summary>A server that accepts connections.</summary>
/// <param name="ConnectionString">The connection string of the administrator.</param>
/// <param name="MajorVersion">The major version of PostgreSQL.</param>
/// <param name="Origin">Where the server came from, for people.</param>
/// <param name="IsThrowAway">Whether the data is deleted when the server stops.</param>
/// <param name="Folder">The folder of the server's files; null when it is not on this machine.</param>
/// <param name="Lifetime">Stops the server; null when the server was not started here.</param>
/// <param name="Programs">pg_dump and psql of the server's version.</param>
sealed record RunningPostgres(
    string ConnectionString,
    int MajorVersion,
    string Origin,
    bool IsThrowAway,
    string? Folder,
    IAsyncDisposable? Lifetime,
    ServerPrograms Programs
)
{
    /// <summary>
    /// Starts a streaming standby of this server; null when the server was not started on this machine by the script.
    /// </summary>
    internal Func<CancellationToken, Task<RunningPostgres>>? StartStandbyAsync { get; init; }
}
