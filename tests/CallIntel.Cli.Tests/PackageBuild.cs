using System.Diagnostics;

namespace CallIntel.Cli.Tests;

/// <summary>Runs the programs that build packages and what uses them.</summary>
static class PackageBuild
{
    internal static bool IsLong { get; } = Environment.GetEnvironmentVariable("CALLINTEL_LONG_TESTS") == "1";

    internal static string Repository { get; } = FindRepository();

    internal static async Task<CliRun> DotnetAsync(params string[] arguments)
    {
        CliRun run = await RunAsync(
            "dotnet",
            new()
            {
                ["MSBUILDDISABLENODEREUSE"] = "1",
                ["DOTNET_NOLOGO"] = "1",
                ["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1",
                ["DOTNET_CLI_UI_LANGUAGE"] = "en",
            },
            arguments
        );
        return Succeeded(run, $"dotnet {string.Join(' ', arguments)}");
    }

    internal static async Task<string> GitAsync(string folder, params string[] arguments) =>
        Succeeded(await RunAsync("git", [], ["-C", folder, .. arguments]), $"git {string.Join(' ', arguments)}").Output;

    internal static async Task<CliRun> RunAsync(
        string program,
        Dictionary<string, string?> environment,
        params IEnumerable<string> arguments
    )
    {
        using Process process = CliRun.Start(program, environment, arguments);
        return await CliRun.WaitAsync(process);
    }

    /// <summary>
    /// Packs a project. The long tests build it in Release; the others pack the build output of the tests.
    /// </summary>
    /// <returns>The path of the package.</returns>
    internal static async Task<string> PackAsync(string project, string folder)
    {
        string configuration = IsLong ? "Release" : new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;
        await DotnetAsync([
            "pack",
            Path.Combine(Repository, project),
            "-c",
            configuration,
            "-o",
            folder,
            .. IsLong ? Array.Empty<string>() : ["--no-build"],
        ]);
        return PackageOf(Path.GetFileName(project).Replace(".csproj", "", StringComparison.Ordinal), folder);
    }

    internal static string PackageOf(string id, string folder) =>
        Assert.Single(Directory.GetFiles(folder, id + ".*.nupkg"), path =>
            char.IsAsciiDigit(Path.GetFileName(path)[id.Length + 1])
        );

    /// <summary>
    /// Arguments for <c>dotnet build</c> that keep the packages of a test out of the package cache of the machine, and
    /// take all others from it.
    /// </summary>
    internal static async Task<string[]> RestoreFromAsync(string packages, string restored)
    {
        string cache = (await DotnetAsync("nuget", "locals", "global-packages", "--list"))
            .Output.Split(": ", 2)[1]
            .Trim();
        return
        [
            $"-p:RestorePackagesPath={restored}",
            $"-p:RestoreFallbackFolders={cache}",
            $"-p:RestoreAdditionalProjectSources={packages}",
        ];
    }

    static CliRun Succeeded(CliRun run, string command) =>
        run.ExitCode == 0
            ? run
            : throw new InvalidOperationException(
                $"{command} failed with exit code {run.ExitCode}: {run.Output}{run.Errors}"
            );

    static string FindRepository()
    {
        DirectoryInfo folder = new(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "CallIntel.sln")))
            folder = folder.Parent
                ?? throw new DirectoryNotFoundException("The tests do not run inside the repository.");
        return folder.FullName;
    }
}
