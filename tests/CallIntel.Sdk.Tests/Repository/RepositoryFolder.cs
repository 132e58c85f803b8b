namespace CallIntel.Sdk.Tests.Repository;

/// <summary>The clone of the repository that the tests were built from.</summary>
static class RepositoryFolder
{
    /// <summary>The names of folders that are not part of the repository, as in <c>.gitignore</c>.</summary>
    static readonly HashSet<string> Ignored =
    [
        ".git",
        ".idea",
        ".vs",
        "BenchmarkDotNet.Artifacts",
        "StrykerOutput",
        "TestResults",
        "artifacts",
        "bin",
        "obj",
    ];

    internal static string Root { get; } = FindRoot();

    /// <summary>Returns the paths of all files with an extension, relative to the root, in ascending order.</summary>
    internal static IReadOnlyList<string> FindFiles(string extension)
    {
        List<string> files = [];
        AddFiles(new DirectoryInfo(Root));
        return [.. files.Order(StringComparer.Ordinal)];

        void AddFiles(DirectoryInfo folder)
        {
            files.AddRange(
                folder.EnumerateFiles("*" + extension).Select(file => Path.GetRelativePath(Root, file.FullName))
            );
            foreach (DirectoryInfo child in folder.EnumerateDirectories().Where(child => !Ignored.Contains(child.Name)))
                AddFiles(child);
        }
    }

    static string FindRoot()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "CallIntel.sln")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("The tests do not run inside the repository.");
    }
}
