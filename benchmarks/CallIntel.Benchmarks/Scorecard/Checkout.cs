namespace CallIntel.Benchmarks.Scorecard;

/// <summary>The checkout that the program was built from.</summary>
static class Checkout
{
    /// <returns>The path of a file or folder of the checkout, named from its root; null where there is none.</returns>
    internal static string? Find(string relative)
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (Path.Combine(folder.FullName, relative) is var path && Path.Exists(path))
                return path;
        return null;
    }

    /// <inheritdoc cref="Find"/>
    /// <exception cref="InvalidOperationException">There is none.</exception>
    internal static string Get(string relative) =>
        Find(relative)
        ?? throw new InvalidOperationException($"{relative} is not above the program; run it from a checkout.");
}
