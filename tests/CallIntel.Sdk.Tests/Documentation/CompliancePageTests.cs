using System.Text.RegularExpressions;

namespace CallIntel.Sdk.Tests.Documentation;

/// <summary>Tests that the page about compliance names tests that exist.</summary>
public sealed partial class CompliancePageTests
{
    [Fact]
    public void Every_test_class_that_the_page_names_exists()
    {
        string[] named =
        [
            .. TestName().Matches(Documents.Read("docs/compliance.md")).Select(m => m.Groups[1].Value).Distinct(),
        ];
        Assert.True(named.Length > 15);
        HashSet<string> existing =
        [
            .. Directory
                .EnumerateFiles(Path.Combine(Documents.Root, "tests"), "*Tests*.cs", SearchOption.AllDirectories)
                .Select(file => Path.GetFileName(file).Split('.')[0]),
        ];
        Assert.Empty(named.Except(existing));
    }

    [GeneratedRegex("`([A-Za-z]+Tests)`")]
    private static partial Regex TestName();
}
