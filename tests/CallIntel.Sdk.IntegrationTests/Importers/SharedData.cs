namespace CallIntel.Sdk.IntegrationTests.Importers;

/// <summary>The real data beside the repository, and its mapping files.</summary>
static class SharedData
{
    /// <summary>The path of a file. Missing data is an error, because a test without its data tests nothing.</summary>
    internal static string PathOf(string folder, string file)
    {
        string path = Path.Combine(Repository.Root, "..", "shared", "data", folder, file);
        return File.Exists(path)
            ? path
            : throw new FileNotFoundException($"The shared data {folder}/{file} is not beside the repository.");
    }

    internal static string MappingOf(string name) =>
        Path.Combine(AppContext.BaseDirectory, "Importers", "mappings", $"{name}.json");
}
