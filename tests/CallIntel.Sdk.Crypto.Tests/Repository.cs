using System.Text.Json;

namespace CallIntel.Sdk.Crypto.Tests;

/// <summary>
/// Finds files of the repository and the test vectors next to it. A missing file fails the test, because a skipped
/// vector proves nothing.
/// </summary>
static class Repository
{
    internal static string Root { get; } = FindRoot();

    internal static JsonElement ReadWycheproof(string name)
    {
        string path = Path.Combine(Root, "..", "shared", "data", "wycheproof", $"{name}_test.json");
        Assert.True(File.Exists(path), $"The Wycheproof vectors are missing: expected {Path.GetFullPath(path)}.");
        return JsonDocument.Parse(File.ReadAllBytes(path)).RootElement;
    }

    static string FindRoot()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "CallIntel.sln")))
                return folder.FullName;
        }

        throw new InvalidOperationException("CallIntel.sln is in no folder above the test binary.");
    }
}
