using System.Text.RegularExpressions;

namespace CallIntel.Sdk.Tests.Repository;

/// <summary>
/// Tests that no line of code, SQL or documentation has more than 120 columns. CSharpier wraps code but neither
/// comments nor strings.
/// </summary>
public sealed partial class LineLengthTests
{
    const int Limit = 120;

    [Theory]
    [InlineData(".cs")]
    [InlineData(".sql")]
    public void Code_has_at_most_120_columns(string extension) =>
        AssertNone(RepositoryFolder.FindFiles(extension), FindLongLines);

    [Fact]
    public void Prose_in_Markdown_has_at_most_120_columns() =>
        AssertNone(RepositoryFolder.FindFiles(".md"), FindLongProse);

    [Theory]
    [InlineData("text")]
    [InlineData("- text")]
    [InlineData("See [a guide](guide.md).")]
    public void Long_prose_is_found(string beginning) =>
        Assert.Equal([2], FindLongProse(["# Title", $"{beginning} {new string('x', Limit)}"]));

    [Theory]
    [InlineData("| a table | {0} |")]
    [InlineData("  | an indented table | {0} |")]
    [InlineData("[a link](https://example.com/{0})")]
    [InlineData("- [a link in a list](https://example.com/{0}).")]
    [InlineData("<https://example.com/{0}>")]
    [InlineData("[reference]: https://example.com/{0}")]
    [InlineData("```sh\ndotnet {0}\n```")]
    [InlineData("  ~~~\n  dotnet {0}\n  ~~~")]
    public void Tables_links_and_code_blocks_may_be_longer(string lines) =>
        Assert.Empty(FindLongProse(lines.Replace("{0}", new string('x', Limit), StringComparison.Ordinal).Split('\n')));

    static void AssertNone(IReadOnlyList<string> files, Func<string[], IEnumerable<int>> find)
    {
        Assert.NotEmpty(files);
        List<string> found = [];
        foreach (string file in files)
        {
            string[] lines = File.ReadAllLines(Path.Combine(RepositoryFolder.Root, file));
            found.AddRange(find(lines).Select(number => $"{file}:{number}: {lines[number - 1].Length} columns"));
        }
        Assert.True(
            found.Count == 0,
            $"{found.Count} lines have more than {Limit} columns. Wrap them:\n{string.Join('\n', found)}"
        );
    }

    /// <summary>Returns the numbers of the lines that are too long.</summary>
    static IEnumerable<int> FindLongLines(string[] lines) =>
        lines.Index().Where(line => line.Item.Length > Limit).Select(line => line.Index + 1);

    /// <summary>
    /// Returns the numbers of the lines of Markdown that are too long, except tables, links and code blocks.
    /// </summary>
    static IEnumerable<int> FindLongProse(string[] lines)
    {
        string? fence = null;
        foreach ((int index, string line) in lines.Index())
        {
            string marker = Fence().Match(line).Groups["marker"].Value;
            if (fence is null && marker.Length > 0)
                fence = marker;
            else if (fence is not null && marker == fence)
                fence = null;
            else if (fence is null && line.Length > Limit && !MayBeLong().IsMatch(line))
                yield return index + 1;
        }
    }

    [GeneratedRegex(@"^\s*(?<marker>```|~~~)")]
    private static partial Regex Fence();

    /// <summary>Matches rows of tables, and lines that consist of one link.</summary>
    [GeneratedRegex(@"^\s*(\||([-*]\s+|\d+\.\s+)?(\[[^\]]*\]\([^)]*\)|\[[^\]]*\]:\s*\S+|<?https?://\S+>?)[.,;]?\s*$)")]
    private static partial Regex MayBeLong();
}
