using System.Text.RegularExpressions;

namespace CallIntel.Sdk.Testing.Providers;

/// <summary>The validated options, and the machine that they apply to.</summary>
sealed partial record ServerRequest(
    int? MajorVersion,
    string? ClusterName,
    IReadOnlyDictionary<string, string> Settings,
    Action<string>? Progress,
    Action<string>? Output,
    HostEnvironment Host
)
{
    static readonly int[] SupportedMajorVersions = [15, 17, 18];

    /// <summary>The major version to start when several are available.</summary>
    internal int PreferredMajorVersion => MajorVersion ?? 17;

    internal string Description => MajorVersion is { } major ? $"PostgreSQL {major}" : "PostgreSQL";

    internal static ServerRequest From(PostgresServerOptions options, HostEnvironment host)
    {
        if (options.MajorVersion is { } major && !SupportedMajorVersions.Contains(major))
        {
            throw new CallIntelException(
                TestingErrorCodes.OptionsNotSupported,
                $"MajorVersion is {major}, which is not supported.",
                "Use 15, 17 or 18, or null for the default."
            );
        }

        if (options.DataDirectory is { } name && !ClusterNames().IsMatch(name))
        {
            throw new CallIntelException(
                TestingErrorCodes.OptionsNotSupported,
                "DataDirectory is not a valid name for a persistent cluster.",
                "Use at most 40 lower-case letters, digits, - and _, beginning with a letter. It is a name, not a path."
            );
        }

        if (options.Settings.Keys.FirstOrDefault(key => !SettingNames().IsMatch(key)) is not null)
        {
            throw new CallIntelException(
                TestingErrorCodes.OptionsNotSupported,
                "Settings contains a key that is not the name of a server setting.",
                "Use names as in postgresql.conf, for example work_mem."
            );
        }

        return new ServerRequest(
            options.MajorVersion,
            options.DataDirectory,
            new Dictionary<string, string>(options.Settings),
            options.Progress,
            options.Output,
            host
        );
    }

    [GeneratedRegex(@"\A[a-z][a-z0-9_-]{0,39}\z", RegexOptions.CultureInvariant)]
    private static partial Regex ClusterNames();

    [GeneratedRegex(@"\A[a-z_][a-z0-9_.]*\z", RegexOptions.CultureInvariant)]
    private static partial Regex SettingNames();
}
