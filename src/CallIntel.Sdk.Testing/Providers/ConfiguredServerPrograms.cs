using System.Text.RegularExpressions;

namespace CallIntel.Sdk.Testing.Providers;

/// <summary>
/// Finds pg_dump and psql for a server that was not started here: on PATH, or where packages install them. Their
/// version is the server's major version or later.
/// </summary>
static partial class ConfiguredServerPrograms
{
    const string PackageFolder = "/usr/lib/postgresql";

    internal static ServerPrograms For(string connectionString, int major, HostEnvironment host) =>
        new LocalPrograms(connectionString, async (program, cancellationToken) =>
            [await FindAsync(program, major, host, cancellationToken).ConfigureAwait(false)]
        );

    static async Task<string> FindAsync(
        string program,
        int major,
        HostEnvironment host,
        CancellationToken cancellationToken
    )
    {
        IEnumerable<string> packaged = Directory.Exists(PackageFolder)
            ? Directory.EnumerateDirectories(PackageFolder).Select(folder => Path.Combine(folder, "bin"))
            : [];
        List<string> tooOld = [];
        foreach (
            string file in host
                .PathFolders.Concat(packaged)
                .Select(folder => Path.Combine(folder, program))
                .Where(File.Exists)
        )
        {
            string version = await ProgramOutput
                .ReadAsync(file, ["--version"], cancellationToken)
                .ConfigureAwait(false);
            if (int.TryParse(FirstNumber().Match(version).Value, out int found) && found >= major)
                return file;
            tooOld.Add(file);
        }

        string rejected = tooOld.Count == 0 ? "" : $" These are too old: {string.Join(", ", tooOld)}.";
        throw new CallIntelException(
            TestingErrorCodes.ProgramFailed,
            $"{program} for PostgreSQL {major} is not installed.{rejected}",
            $"Install postgresql-client-{major} or later, or add its folder to PATH."
        );
    }

    [GeneratedRegex(@"\d+")]
    private static partial Regex FirstNumber();
}
