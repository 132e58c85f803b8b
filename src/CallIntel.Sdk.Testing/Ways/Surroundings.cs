namespace CallIntel.Sdk.Testing.Ways;

/// <summary>What of the machine the ways depend on; a test replaces it without changing the process it runs in.</summary>
internal sealed record Surroundings(Func<string, string?> Variable, bool IsRoot, bool IsDebian)
{
    internal static Surroundings Real { get; } =
        new(
            Environment.GetEnvironmentVariable,
            OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess,
            OperatingSystem.IsLinux() && File.Exists("/etc/debian_version")
        );

    /// <summary>The home folder, also where a service's environment does not name it.</summary>
    internal string Home =>
        Variable("HOME") is { Length: > 0 } home
            ? home
            : Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);

    /// <summary>The same folder that <c>eng/postgres.sh</c> takes.</summary>
    internal string CacheFolder =>
        Path.Combine(
            Variable("XDG_CACHE_HOME") is { Length: > 0 } cache ? cache : Path.Combine(Home, ".cache"),
            "callintel"
        );
}
