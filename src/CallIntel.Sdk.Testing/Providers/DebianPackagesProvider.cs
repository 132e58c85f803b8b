namespace CallIntel.Sdk.Testing.Providers;

/// <summary>PostgreSQL from Debian's packages in a root file system of its own, by <c>postgres.sh</c>.</summary>
sealed class DebianPackagesProvider : PostgresProvider
{
    internal override string Name => "Debian packages";

    internal override async Task<ProviderResult> TryAsync(ServerRequest request, CancellationToken cancellationToken)
    {
        if (ReasonUnavailable(request.Host) is { } reason)
            return ProviderResult.Unavailable(reason);

        int major = request.PreferredMajorVersion;
        string suite = major switch
        {
            15 => "bookworm",
            17 => "trixie",
            _ => "sid",
        };
        return ProviderResult.Started(
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

    /// <returns>Why Debian's packages cannot be installed on this machine; null when they can.</returns>
    internal static string? ReasonUnavailable(HostEnvironment host) =>
        !host.IsDebian ? "this machine does not run Debian or Ubuntu"
        : !host.IsRoot ? "this process does not run as root"
        : null;
}
