using System.Text.RegularExpressions;
using CallIntel.Sdk.Ingestion.Importers;

namespace CallIntel.Sdk.Tests.Importers;

/// <summary>Adding an importer must touch only its own folder, its tests and one line of the registry.</summary>
public sealed partial class ImporterFoldersUnitTests
{
    static string Sources { get; } = Path.Combine(SourceTree.Root, "src");

    static string Importers { get; } = Path.Combine(Sources, "CallIntel.Sdk", "Ingestion", "Importers");

    public static TheoryData<string> Providers =>
        [.. ImporterRegistry.BuiltIn.Importers.Select(importer => importer.GetType().Name[..^"Importer".Length])];

    [Fact]
    public void Each_folder_belongs_to_a_registered_importer_or_is_shared() =>
        Assert.Equal(
            Providers.Select(provider => provider.Data).Concat(["Files", "Mapping"]).Order(StringComparer.Ordinal),
            Directory.GetDirectories(Importers).Select(Path.GetFileName).Order(StringComparer.Ordinal)
        );

    [Theory]
    [MemberData(nameof(Providers))]
    public void Only_the_registry_and_the_export_name_the_types_of_a_provider(string provider)
    {
        string own = Path.Combine(Importers, provider);
        string[] types =
        [
            .. Directory
                .GetFiles(own, "*.cs")
                .SelectMany(file => DeclaredType().Matches(File.ReadAllText(file)))
                .Select(match => match.Groups[1].Value),
        ];
        Assert.Contains($"{provider}Importer", types);

        string[] users =
        [
            .. Directory
                .GetFiles(Sources, "*.cs", SearchOption.AllDirectories)
                .Where(file => !file.Contains("/obj/", StringComparison.Ordinal) && Path.GetDirectoryName(file) != own)
                .Where(file => !file.Contains("/Exports/", StringComparison.Ordinal)) // writes what VCon reads
                .Where(file => types.Any(type => Regex.IsMatch(CodeOf(file), $@"\b{type}\b")))
                .Select(file => Path.GetFileName(file)),
        ];
        Assert.Equal(["ImporterRegistry.cs"], users);
    }

    [Fact]
    public void Files_depends_on_no_other_folder_of_the_importers_and_Mapping_only_on_Files()
    {
        Assert.Empty(UsedBy("Files").Except(["Files", "Files.Markup"]));
        Assert.Empty(UsedBy("Mapping").Except(["Files", "Mapping"]));
        foreach (string provider in Providers.Select(provider => provider.Data))
            Assert.Empty(UsedBy(provider).Except(["Files", "Files.Markup", "Mapping", provider]));
    }

    static IEnumerable<string> UsedBy(string folder) =>
        Directory
            .GetFiles(Path.Combine(Importers, folder), "*.cs", SearchOption.AllDirectories)
            .SelectMany(file => UsedFolder().Matches(File.ReadAllText(file)))
            .Select(match => match.Groups[1].Value)
            .Distinct();

    /// <summary>The code of a file without comments.</summary>
    static string CodeOf(string file) => Comment().Replace(File.ReadAllText(file), "");

    [GeneratedRegex(@"^(?:[a-z]+ )*(?:class|record struct|record|struct|enum) (\w+)", RegexOptions.Multiline)]
    private static partial Regex DeclaredType();

    [GeneratedRegex(@"^using CallIntel\.Sdk\.Ingestion\.Importers\.([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex UsedFolder();

    [GeneratedRegex("//.*$", RegexOptions.Multiline)]
    private static partial Regex Comment();
}
