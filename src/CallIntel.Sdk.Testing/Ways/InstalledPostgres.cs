using System.Text.RegularExpressions;

namespace CallIntel.Sdk.Testing.Ways;

/// <summary>A PostgreSQL that is installed on this machine together with pgvector; we run a cluster of our own with its programs.</summary>
internal sealed partial class InstalledPostgres : PostgresWay
{
    private static readonly (string Folder, string Pattern)[] PackageFolders =
    [
        ("/usr/lib/postgresql", "*"),
        ("/usr", "pgsql-*"),
    ];

    internal override string Name => "an installed PostgreSQL";

    internal override async Task<WayAttempt> TryAsync(ServerRequest request, CancellationToken cancellationToken)
    {
        // The script relies on Linux: what ends a server with its client is different everywhere.
        if (!OperatingSystem.IsLinux())
            return WayAttempt.DoesNotFit("for Linux only");

        List<Installation> found = [];
        foreach (string folder in BinFolders(request.Surroundings))
            if (await LookAtAsync(folder, cancellationToken).ConfigureAwait(false) is { } installation)
                found.Add(installation);
        if (found.Count == 0)
            return WayAttempt.DoesNotFit("none found");

        Installation? best = found
            .Where(i =>
                i.PgVector >= OldestPgVector
                && (request.MajorVersion is { } asked ? i.Major == asked : i.Major >= OldestMajorVersion)
            )
            .OrderByDescending(i => i.Major == request.PreferredMajorVersion)
            .ThenByDescending(i => i.Major)
            .FirstOrDefault();
        if (best is null)
            return WayAttempt.DoesNotFit($"found {string.Join(", ", found)}");

        return WayAttempt.Started(
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

    /// <summary>Folders that may hold a server's programs: those on PATH, and where packages put them without telling PATH.</summary>
    private static IEnumerable<string> BinFolders(Surroundings surroundings)
    {
        IEnumerable<string> onPath = (surroundings.Variable("PATH") ?? "").Split(
            Path.PathSeparator,
            StringSplitOptions.RemoveEmptyEntries
        );
        IEnumerable<string> packaged = PackageFolders
            .Where(place => Directory.Exists(place.Folder))
            .SelectMany(place => Directory.EnumerateDirectories(place.Folder, place.Pattern))
            .Select(folder => Path.Combine(folder, "bin"));
        return onPath
            .Concat(packaged)
            .Where(f => File.Exists(Path.Combine(f, "initdb")) && File.Exists(Path.Combine(f, "pg_config")))
            .Distinct();
    }

    private static async Task<Installation?> LookAtAsync(string binFolder, CancellationToken cancellationToken)
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

    private sealed record Installation(string BinFolder, int Major, Version? PgVector)
    {
        public override string ToString() =>
            $"PostgreSQL {Major} with {(PgVector is null ? "no pgvector" : $"pgvector {PgVector}")} in {BinFolder}";
    }
}
