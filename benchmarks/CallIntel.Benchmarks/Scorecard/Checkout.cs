namespace CallIntel.Benchmarks.Scorecard;

/// <summary>Finds files of the repository that contains the program.</summary>
static class Checkout
{
    /// <summary>Returns the path of a file or folder. Null if it does not exist.</summary>
    /// <param name="relative">The path relative to the root of the repository.</param>
    internal static string? Find(string relative)
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (Path.Combine(folder.FullName, relative) is var path && Path.Exists(path))
                return path;
        return null;
    }

    /// <summary>Returns the path of a file or folder.</summary>
    /// <param name="relative">The path relative to the root of the repository.</param>
    /// <exception cref="InvalidOperationException">The file or folder does not exist.</exception>
    internal static string Get(string relative) =>
        Find(relative)
        ?? throw new InvalidOperationException(
            $"{relative} was not found. Run the program inside a clone of the repository."
        );
}
