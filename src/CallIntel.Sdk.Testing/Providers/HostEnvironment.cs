namespace CallIntel.Sdk.Testing.Providers;

/// <summary>
/// The properties of this machine that decide which provider is available. Tests pass another instance instead of
/// changing the environment of their own process.
/// </summary>
sealed record HostEnvironment(Func<string, string?> Variable, bool IsRoot, bool IsDebian)
{
    internal static HostEnvironment Current { get; } =
        new(
            Environment.GetEnvironmentVariable,
            OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess,
            OperatingSystem.IsLinux() && File.Exists("/etc/debian_version")
        );

    /// <summary>The home folder. Services often run without the variable <c>HOME</c>.</summary>
    internal string Home =>
        Variable("HOME") is { Length: > 0 } home
            ? home
            : Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);

    /// <summary>The cache folder, the same one that <c>eng/postgres.sh</c> uses.</summary>
    internal string CacheFolder =>
        Path.Combine(
            Variable("XDG_CACHE_HOME") is { Length: > 0 } cache ? cache : Path.Combine(Home, ".cache"),
            "callintel"
        );

    /// <summary>The folders of <c>PATH</c>, in their order.</summary>
    internal IEnumerable<string> PathFolders =>
        (Variable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
}
