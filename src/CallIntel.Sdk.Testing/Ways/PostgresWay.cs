namespace CallIntel.Sdk.Testing.Ways;

/// <summary>One way of getting a PostgreSQL.</summary>
internal abstract class PostgresWay
{
    /// <summary>pgvector from here on has halfvec and iterative scans.</summary>
    internal static readonly Version OldestPgVector = new(0, 8);

    internal const int OldestMajorVersion = 15;

    internal static IReadOnlyList<PostgresWay> InOrder { get; } =
    [new GivenServer(), new DockerContainer(), new InstalledPostgres(), new DebianPostgres()];

    /// <summary>The way in a word or two, for messages.</summary>
    internal abstract string Name { get; }

    /// <summary>Starts a server, or says why this way does not fit. Throws when the way fits and the start fails all the same.</summary>
    internal abstract Task<WayAttempt> TryAsync(ServerRequest request, CancellationToken cancellationToken);
}

/// <summary>What trying a way came to: a server, or the reason why there is none.</summary>
internal sealed record WayAttempt(RunningPostgres? Server, string? WhyNot)
{
    internal static WayAttempt Started(RunningPostgres server) => new(server, null);

    internal static WayAttempt DoesNotFit(string whyNot) => new(null, whyNot);
}

/// <summary>A server that accepts connections, and what stops it (nothing, where it is not ours).</summary>
internal sealed record RunningPostgres(
    string ConnectionString,
    int MajorVersion,
    string Origin,
    bool IsThrowAway,
    string? Folder,
    IAsyncDisposable? Lifetime,
    ServerPrograms Programs
);
