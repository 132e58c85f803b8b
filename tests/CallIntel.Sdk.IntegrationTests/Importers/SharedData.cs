namespace CallIntel.Sdk.IntegrationTests.Importers;

/// <summary>The real data beside the repository, and the mapping files for it beside the tests.</summary>
static class SharedData
{
    /// <summary>A missing folder is an error: a test that passes without its data has tested nothing.</summary>
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
