using System.Text.RegularExpressions;

namespace CallIntel.Sdk.Testing.Ways;

/// <summary>Finds programs for a server that is not ours: on PATH, or where packages put them; of its major version or a newer one.</summary>
internal static partial class GivenPrograms
{
    private const string PackageFolder = "/usr/lib/postgresql";

    internal static ServerPrograms For(string connectionString, int major, Surroundings surroundings) =>
        new LocalPrograms(connectionString, async (program, cancellationToken) =>
            [await FindAsync(program, major, surroundings, cancellationToken).ConfigureAwait(false)]
        );

    private static async Task<string> FindAsync(
        string program,
        int major,
        Surroundings surroundings,
        CancellationToken cancellationToken
    )
    {
        IEnumerable<string> onPath = (surroundings.Variable("PATH") ?? "").Split(
            Path.PathSeparator,
            StringSplitOptions.RemoveEmptyEntries
        );
        IEnumerable<string> packaged = Directory.Exists(PackageFolder)
            ? Directory.EnumerateDirectories(PackageFolder).Select(folder => Path.Combine(folder, "bin"))
            : [];
        List<string> tooOld = [];
        foreach (
            string file in onPath.Concat(packaged).Select(folder => Path.Combine(folder, program)).Where(File.Exists)
        )
        {
            string version = await ProgramOutput
                .ReadAsync(file, ["--version"], cancellationToken)
                .ConfigureAwait(false);
            if (int.TryParse(FirstNumber().Match(version).Value, out int found) && found >= major)
                return file;
            tooOld.Add(file);
        }

        throw new CallIntelException(
            TestingErrorCodes.ProgramFailed,
            $"There is no {program} for PostgreSQL {major} here{(tooOld.Count == 0 ? "" : $"; too old: {string.Join(", ", tooOld)}")}.",
            $"Install postgresql-client-{major} or newer, or put its folder on PATH."
        );
    }

    [GeneratedRegex(@"\d+")]
    private static partial Regex FirstNumber();
}
