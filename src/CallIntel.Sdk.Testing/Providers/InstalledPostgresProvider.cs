using System.Text.RegularExpressions;

namespace CallIntel.Sdk.Testing.Providers;

/// <summary>
/// A separate cluster that runs with the programs of a PostgreSQL installed on this machine together with pgvector.
/// </summary>
sealed partial class InstalledPostgresProvider : PostgresProvider
{
    static readonly (string Folder, string Pattern)[] PackageFolders =
    [
        ("/usr/lib/postgresql", "*"),
        ("/usr", "pgsql-*"),
    ];

    internal override string Name => "installed PostgreSQL";

    internal override async Task<ProviderResult> TryAsync(ServerRequest request, CancellationToken cancellationToken)
    {
        // The script uses Linux features to stop the server when its client dies.
        if (!OperatingSystem.IsLinux())
            return ProviderResult.Unavailable("available on Linux only");

        List<Installation> found = [];
        foreach (string folder in BinFolders(request.Host))
            if (await InspectAsync(folder, cancellationToken).ConfigureAwait(false) is { } installation)
                found.Add(installation);
        if (found.Count == 0)
            return ProviderResult.Unavailable("no installation was found");

        Installation? best = found
            .Where(i =>
                i.PgVector >= OldestPgVector
                && (request.MajorVersion is { } asked ? i.Major == asked : i.Major >= OldestMajorVersion)
            )
            .OrderByDescending(i => i.Major == request.PreferredMajorVersion)
            .ThenByDescending(i => i.Major)
            .FirstOrDefault();
        if (best is null)
            return ProviderResult.Unavailable($"none is suitable: {string.Join(", ", found)}");

        return ProviderResult.Started(
            await ScriptedServer
                .StartPostgresAsync(
                    request,
                    best.Major,
                    best.BinFolder,
                    version => $"PostgreSQL {version} installed in {best.BinFolder}",
                    cancellationToken
                )
                .ConfigureAwait(false)
        );
    }

    /// <summary>
    /// The folders that can contain server programs: those on PATH, and those of packages, which are often not on PATH.
    /// </summary>
    static IEnumerable<string> BinFolders(HostEnvironment host)
    {
        IEnumerable<string> packaged = PackageFolders
            .Where(place => Directory.Exists(place.Folder))
            .SelectMany(place => Directory.EnumerateDirectories(place.Folder, place.Pattern))
            .Select(folder => Path.Combine(folder, "bin"));
        return host
            .PathFolders.Concat(packaged)
            .Where(f => File.Exists(Path.Combine(f, "initdb")) && File.Exists(Path.Combine(f, "pg_config")))
            .Distinct();
    }

    static async Task<Installation?> InspectAsync(string binFolder, CancellationToken cancellationToken)
    {
        string config = Path.Combine(binFolder, "pg_config");
        string version = await ProgramOutput.ReadAsync(config, ["--version"], cancellationToken).ConfigureAwait(false);
        if (FirstNumber().Match(version) is not { Success: true } major)
            return null;

        string share = await ProgramOutput.ReadAsync(config, ["--sharedir"], cancellationToken).ConfigureAwait(false);
        string control = Path.Combine(share.Trim(), "extension", "vector.control");
        Version? pgVector = null;
        if (File.Exists(control))
        {
            string text = await File.ReadAllTextAsync(control, cancellationToken).ConfigureAwait(false);
            if (DefaultVersion().Match(text) is { Success: true } match)
                _ = Version.TryParse(match.Groups[1].Value, out pgVector);
        }

        return new Installation(
            binFolder,
            int.Parse(major.Value, System.Globalization.CultureInfo.InvariantCulture),
            pgVector
        );
    }

    [GeneratedRegex(@"\d+")]
    private static partial Regex FirstNumber();

    [GeneratedRegex(@"default_version\s*=\s*'([^']+)'")]
    private static partial Regex DefaultVersion();

    sealed record Installation(string BinFolder, int Major, Version? PgVector)
    {
        public override string ToString() =>
            $"PostgreSQL {Major} with {(PgVector is null ? "no pgvector" : $"pgvector {PgVector}")} in {BinFolder}";
    }
}
