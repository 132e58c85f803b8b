using System.IO.Compression;
using System.Text;
using System.Xml.Linq;

namespace CallIntel.Cli.Tests;

/// <summary>What nuget.org shows of a package.</summary>
sealed class PackageMetadata
{
    /// <summary>The limit of nuget.org.</summary>
    const int MaxReleaseNotes = 35_000;

    const int MaxIconBytes = 10_000;

    readonly Dictionary<string, XElement> _elements;
    readonly Dictionary<string, byte[]> _files;

    PackageMetadata(Dictionary<string, XElement> elements, Dictionary<string, byte[]> files) =>
        (_elements, _files) = (elements, files);

    internal string this[string name] => _elements[name].Value;

    /// <summary>The address of the repository; null if it is not on the web.</summary>
    internal string? RepositoryUrl => _elements["repository"].Attribute("url")?.Value;

    internal string? Commit => _elements["repository"].Attribute("commit")?.Value;

    internal static PackageMetadata Read(string package)
    {
        using ZipArchive archive = ZipFile.OpenRead(package);
        Dictionary<string, byte[]> files = archive.Entries.ToDictionary(entry => entry.FullName, ReadAll);
        using MemoryStream specification = new(
            files.Single(file => file.Key.EndsWith(".nuspec", StringComparison.Ordinal)).Value
        );
        return new PackageMetadata(
            XDocument
                .Load(specification)
                .Descendants()
                .Where(e => !e.HasElements)
                .GroupBy(e => e.Name.LocalName)
                .ToDictionary(group => group.Key, group => group.First()),
            files
        );
    }

    internal byte[] File(string name) => _files[name];

    internal void AssertComplete()
    {
        Assert.Equal(("Apache-2.0", "README.md", "icon.png"), (this["license"], this["readme"], this["icon"]));
        Assert.All(["description", "tags", "authors", "copyright"], name => Assert.NotEmpty(this[name]));
        Assert.All(["README.md", "LICENSE"], name => Assert.NotEmpty(File(name)));
        byte[] icon = File("icon.png");
        Assert.Equal([0x89, .. "PNG"u8], icon[..4]);
        Assert.InRange(icon.Length, 1, MaxIconBytes);
        Assert.StartsWith("The first version.", this["releaseNotes"], StringComparison.Ordinal);
        Assert.InRange(this["releaseNotes"].Length, 1_000, MaxReleaseNotes);
        Assert.DoesNotContain("## [", this["releaseNotes"], StringComparison.Ordinal);
        Assert.Equal("git", _elements["repository"].Attribute("type")?.Value);
        Assert.Matches("^[0-9a-f]{40}$", Commit);
        Assert.True(RepositoryUrl?.StartsWith("https://", StringComparison.Ordinal) ?? true, RepositoryUrl);
    }

    /// <summary>The file as text of one byte a character, to look for text in an assembly.</summary>
    internal string TextOf(string name) => Encoding.Latin1.GetString(File(name));

    static byte[] ReadAll(ZipArchiveEntry entry)
    {
        using Stream stream = entry.Open();
        using MemoryStream copy = new();
        stream.CopyTo(copy);
        return copy.ToArray();
    }
}
