namespace CallIntel.Sdk.Testing.Ways;

/// <summary>Debian's PostgreSQL in a root file system of its own, by <c>postgres.sh</c>.</summary>
internal sealed class DebianPostgres : PostgresWay
{
    internal override string Name => "Debian's packages";

    internal override async Task<WayAttempt> TryAsync(ServerRequest request, CancellationToken cancellationToken)
    {
        if (WhyNot(request.Surroundings) is { } whyNot)
            return WayAttempt.DoesNotFit(whyNot);

        int major = request.PreferredMajorVersion;
        string suite = major switch
        {
            15 => "bookworm",
            17 => "trixie",
            _ => "sid",
        };
        return WayAttempt.Started(
            await ScriptedServer
                .StartPostgresAsync(
                    request,
                    major,
                    binFolder: null,
                    version => $"PostgreSQL {version} from Debian {suite}",
                    cancellationToken
                )
                .ConfigureAwait(false)
        );
    }

    internal static string? WhyNot(Surroundings surroundings) =>
        !surroundings.IsDebian ? "this is not Debian or Ubuntu"
        : !surroundings.IsRoot ? "needs root"
        : null;
}
