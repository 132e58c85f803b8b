using System.Text.RegularExpressions;

namespace CallIntel.Sdk.Testing.Ways;

/// <summary>The options, checked, and the machine they are to be met on.</summary>
internal sealed partial record ServerRequest(
    int? MajorVersion,
    string? ClusterName,
    IReadOnlyDictionary<string, string> Settings,
    Action<string>? Progress,
    Surroundings Surroundings
)
{
    private static readonly int[] Offered = [15, 17, 18];

    /// <summary>The major version to get where there is a choice.</summary>
    internal int PreferredMajorVersion => MajorVersion ?? 17;

    internal string Wanted => MajorVersion is { } major ? $"PostgreSQL {major}" : "a PostgreSQL";

    internal static ServerRequest From(PostgresServerOptions options, Surroundings surroundings)
    {
        if (options.MajorVersion is { } major && !Offered.Contains(major))
        {
            throw new CallIntelException(
                TestingErrorCodes.OptionsNotOffered,
                $"PostgreSQL {major} is not offered.",
                "Ask for 15, 17 or 18, or leave the choice open."
            );
        }

        if (options.DataDirectory is { } name && !ClusterNames().IsMatch(name))
        {
            throw new CallIntelException(
                TestingErrorCodes.OptionsNotOffered,
                "DataDirectory is not a name that a kept cluster can have.",
                "Take lower-case letters, digits, - and _, beginning with a letter, 40 at most: the folder lies under the cache folder."
            );
        }

        if (options.Settings.Keys.FirstOrDefault(key => !SettingNames().IsMatch(key)) is not null)
        {
            throw new CallIntelException(
                TestingErrorCodes.OptionsNotOffered,
                "Settings holds a key that is not the name of a server setting.",
                "Take names as in postgresql.conf."
            );
        }

        return new ServerRequest(
            options.MajorVersion,
            options.DataDirectory,
            new Dictionary<string, string>(options.Settings),
            options.Progress,
            surroundings
        );
    }

    [GeneratedRegex(@"\A[a-z][a-z0-9_-]{0,39}\z", RegexOptions.CultureInvariant)]
    private static partial Regex ClusterNames();

    [GeneratedRegex(@"\A[a-z_][a-z0-9_.]*\z", RegexOptions.CultureInvariant)]
    private static partial Regex SettingNames();
}
