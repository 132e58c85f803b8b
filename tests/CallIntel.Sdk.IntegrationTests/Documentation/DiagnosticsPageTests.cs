using System.Reflection;
using System.Text.RegularExpressions;
using CallIntel.Sdk.Crypto;
using CallIntel.Sdk.Diagnostics;
using CallIntel.Sdk.Testing;

namespace CallIntel.Sdk.IntegrationTests.Documentation;

/// <summary>
/// docs/diagnostics has a page for each code, and its index lists the code under the class that declares it.
/// </summary>
public sealed partial class DiagnosticsPageTests
{
    // raised by a function that only the SDK calls, so no constant names it
    const string SqlOnly = "CI0021";

    static readonly string Folder = Path.Combine(Repository.Root, "docs/diagnostics");

    [Fact]
    public void The_index_lists_every_code_under_the_class_that_declares_it()
    {
        (string, string, string)[] declared =
        [
            .. from type in (Type[])[typeof(ErrorCodes), typeof(CryptoErrorCodes), typeof(TestingErrorCodes)]
            from field in type.GetFields(BindingFlags.Public | BindingFlags.Static)
            select (type.Name, (string)field.GetRawConstantValue()!, field.Name),
        ];

        List<(string, string, string)> listed = [];
        string section = "";
        foreach (string line in File.ReadLines(Path.Combine(Folder, "README.md")))
        {
            if (Section().Match(line) is { Success: true } heading)
                section = heading.Groups["type"].Value;
            else if (Row().Match(line) is { Success: true } row && row.Groups["code"].Value != SqlOnly)
                listed.Add((section, row.Groups["code"].Value, row.Groups["name"].Value));
        }

        Assert.Equal(declared.Order(), listed.Order());
    }

    [Fact]
    public void Every_diagnostics_page_has_its_code_as_title_and_explains_cause_and_solution()
    {
        string[] pages = Directory.GetFiles(Folder, "CI*.md");
        Assert.True(pages.Length > 100, $"{pages.Length} pages");
        string index = File.ReadAllText(Path.Combine(Folder, "README.md"));
        Assert.All(pages, page =>
        {
            string code = Path.GetFileNameWithoutExtension(page);
            Assert.Contains($"[{code}]({code}.md)", index, StringComparison.Ordinal);
            string text = File.ReadAllText(page);
            Assert.StartsWith($"# {code}: ", text, StringComparison.Ordinal);
            Assert.Equal(
                ["## What happened", "## Why", "## What to do"],
                text.Split('\n').Where(line => line.StartsWith("## ", StringComparison.Ordinal))
            );
        });
    }

    [GeneratedRegex(@"^## .*\(`(?<type>\w+)`\)$")]
    private static partial Regex Section();

    [GeneratedRegex(@"^\| \[(?<code>CI\d{4})\]\(\k<code>\.md\) \| `?(?<name>[\w ]+)`? \|")]
    private static partial Regex Row();
}
