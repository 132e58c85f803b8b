using System.Text.RegularExpressions;
using ArchUnitNET.Domain;
using ArchUnitNET.Domain.Extensions;
using ArchUnitNET.Loader;

namespace CallIntel.Sdk.Crypto.Tests;

/// <summary>The folders of the package are layers. A layer uses only the layers that are listed for it here.</summary>
public partial class ArchitectureTests
{
    /// <summary>Each layer and what it uses, in an order in which a layer only uses layers above it.</summary>
    static readonly (string Layer, string[] Uses)[] Layers =
    [
        ("", []), // exceptions and error codes, which every layer uses
        ("Primitives", []),
        ("Keys", []),
        ("Keys/Root", ["Primitives", "Keys"]),
        ("Keys/Org", ["Primitives", "Keys", "Keys/Root"]),
        ("Keys/Data", ["Primitives", "Keys", "Keys/Org"]),
        ("Envelope", ["Primitives", "Keys", "Keys/Data"]),
        ("BlindIndex", ["Primitives", "Keys", "Keys/Org"]),
        ("Rotation", ["Primitives", "Keys", "Keys/Root", "Keys/Org", "Keys/Data"]),
        ("Vault", ["Keys", "Keys/Root", "Keys/Org", "Keys/Data", "Envelope", "Rotation"]),
        ("Contracts", ["Keys", "Keys/Root", "Keys/Org", "Keys/Data", "Rotation"]),
        ("InMemory", ["Keys", "Keys/Root", "Keys/Org", "Keys/Data", "Rotation"]),
    ];

    static readonly string Source = Path.Combine(Repository.Root, "src", "CallIntel.Sdk.Crypto");

    static readonly (string Layer, string Path)[] Files =
    [
        .. Directory
            .EnumerateFiles(Source, "*.cs", SearchOption.AllDirectories)
            .Select(path => (Path.GetRelativePath(Source, Path.GetDirectoryName(path)!).Replace('\\', '/'), path))
            .Select(file => file.Item1 == "." ? ("", file.path) : file)
            .Where(file => file.Item1.Split('/')[0] is not ("bin" or "obj")),
    ];

    /// <summary>The layer of each type: the folder of the file that has its name.</summary>
    static readonly Dictionary<string, string> LayerOf = Files
        .Select(file => (Type: Path.GetFileName(file.Path).Split('.')[0], file.Layer))
        .Distinct()
        .ToDictionary(file => file.Type, file => file.Layer);

    [Fact]
    public void A_layer_uses_only_the_layers_that_are_listed_for_it()
    {
        Architecture package = new ArchLoader().LoadAssemblies(typeof(CryptoErrorCodes).Assembly).Build();
        (string From, string To)[] uses =
        [
            .. from type in package.Types
            where IsOurs(type)
            from target in type.GetTypeDependencies(package)
            where IsOurs(target)
            let layers = (From: LayerOf[NameOf(type)], To: LayerOf[NameOf(target)])
            where layers.To.Length > 0 && layers.From != layers.To
            select layers,
        ];
        Assert.Contains(("Vault", "Envelope"), uses);
        Assert.Empty(uses.Except(Layers.SelectMany(l => l.Uses.Select(used => (l.Layer, used)))));
    }

    /// <summary>
    /// Constants leave no trace in the compiled code, so the imports of the source are checked as well.
    /// </summary>
    [Fact]
    public void Each_file_imports_only_namespaces_of_the_layers_that_it_uses()
    {
        foreach ((string layer, string path) in Files)
        {
            string[] uses = [layer, .. Layers.Single(l => l.Layer == layer).Uses];
            foreach (Match import in Import().Matches(File.ReadAllText(path)))
                Assert.Contains(import.Groups[1].Value, uses.Select(used => used.Split('/')[0]));
        }
    }

    [Fact]
    public void Layers_do_not_form_cycles()
    {
        for (int i = 0; i < Layers.Length; i++)
            Assert.Empty(Layers[i].Uses.Except(Layers[..i].Select(l => l.Layer)));
    }

    static bool IsOurs(IType type) => type.FullName.StartsWith("CallIntel.", StringComparison.Ordinal);

    /// <summary>The name of the type, or of the type around it, without type parameters.</summary>
    static string NameOf(IType type) => type.FullName.Split('+')[0].Split('.')[^1].Split('`')[0];

    [GeneratedRegex(@"^using CallIntel\.Sdk\.Crypto\.(\w+);", RegexOptions.Multiline)]
    private static partial Regex Import();
}
