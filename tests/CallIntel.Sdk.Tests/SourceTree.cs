namespace CallIntel.Sdk.Tests;

/// <summary>The source files of this repository.</summary>
static class SourceTree
{
    /// <summary>The folder with CallIntel.sln.</summary>
    internal static string Root { get; } = Find(AppContext.BaseDirectory);

    static string Find(string folder) =>
        File.Exists(Path.Combine(folder, "CallIntel.sln"))
            ? folder
            : Find(
                Path.GetDirectoryName(folder)
                    ?? throw new DirectoryNotFoundException("CallIntel.sln is not in a folder above the tests.")
            );
}
