using System.Text.RegularExpressions;

namespace CallIntel.Sdk.Tests.Documentation;

/// <summary>Reads Markdown files of the repository.</summary>
static partial class Documents
{
    internal static string Root { get; } = FindRoot();

    internal static string Read(string path) => File.ReadAllText(Path.Combine(Root, path)).ReplaceLineEndings("\n");

    /// <summary>
    /// Fails unless every C# snippet of a document is part of a source file that the build compiles. Line breaks and
    /// spaces are ignored.
    /// </summary>
    internal static void AssertSnippetsAreCompiled(string document, string sourceFile)
    {
        string[] sourceLines = Read(sourceFile).Split('\n');
        string source = WithoutSpaces(string.Join('\n', sourceLines));
        List<string> snippets = [.. Snippets().Matches(Read(document)).Select(match => match.Groups[1].Value)];
        Assert.NotEmpty(snippets);
        foreach (string snippet in snippets)
        {
            string[] lines = snippet.Split('\n');
            Assert.All(lines.Where(IsUsing), line => Assert.Contains(line, sourceLines));
            string code = string.Concat(lines.Where(line => !IsUsing(line)));
            Assert.Contains(WithoutSpaces(code), source, StringComparison.Ordinal);
        }
    }

    static bool IsUsing(string line) => UsingDirective().IsMatch(line);

    static string WithoutSpaces(string text) => Spaces().Replace(text, "");

    static string FindRoot()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "CallIntel.sln")))
            folder = folder.Parent;
        return folder?.FullName
            ?? throw new InvalidOperationException("CallIntel.sln is in no folder above the test binary.");
    }

    [GeneratedRegex("^```csharp\n(.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Snippets();

    [GeneratedRegex(@"^using [A-Z][\w.]*;$")]
    private static partial Regex UsingDirective();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
