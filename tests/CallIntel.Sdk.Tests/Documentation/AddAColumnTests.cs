using System.Text.RegularExpressions;

namespace CallIntel.Sdk.Tests.Documentation;

/// <summary>
/// Checks the list of files in <c>docs/guides/add-a-column.md</c>. The model is <c>utc_offset_minutes</c>, a column
/// that is reported, stored, compared, replaced and read, and that no rule or figure depends on.
/// </summary>
public sealed partial class AddAColumnTests
{
    const string Migration = "sql/schema/V<next>__hold_time.sql";

    static readonly string[] Listed =
    [
        .. TableRow()
            .Matches(Documents.Read("docs/guides/add-a-column.md").Split("### Generated files")[0])
            .Select(row => row.Groups[1].Value),
    ];

    [Fact]
    public void A_column_changes_at_most_8_files_and_each_of_them_exists()
    {
        Assert.InRange(Listed.Length, 5, 8);
        Assert.Equal(Migration, Listed[0]);
        Assert.All(Listed[1..], file => Assert.True(File.Exists(Path.Combine(Documents.Root, file)), file));
    }

    static readonly string[] Folders = ["sql/functions", "sql/views", "sql/rls", "sql/supabase", "src"];

    [Fact]
    public void The_files_that_name_a_column_are_those_that_the_guide_lists()
    {
        IEnumerable<string> naming =
            from folder in Folders
            from path in Directory.EnumerateFiles(
                Path.Combine(Documents.Root, folder),
                "*",
                SearchOption.AllDirectories
            )
            let file = Path.GetRelativePath(Documents.Root, path).Replace('\\', '/')
            where file.EndsWith(".sql", StringComparison.Ordinal) || file.EndsWith(".cs", StringComparison.Ordinal)
            where !file.Contains("/obj/", StringComparison.Ordinal) && !file.Contains("/bin/", StringComparison.Ordinal)
            where NamesColumn().IsMatch(File.ReadAllText(path)) && !ReturnsOffsetOfBuckets(path)
            select file;

        // The migration and its number belong to the column, not to its name.
        Assert.Equal(
            Listed.Except([Migration, "sql/functions/R__version.sql"]).Order(StringComparer.Ordinal),
            naming.Order(StringComparer.Ordinal)
        );
    }

    /// <summary>Whether a file is about figures, whose buckets have a result of the same name.</summary>
    static bool ReturnsOffsetOfBuckets(string path) =>
        path.EndsWith("Figure.cs", StringComparison.Ordinal)
        || Path.GetFileName(path)
            is "R__dashboards.sql"
                or "R__figures.sql"
                or "R__volume.sql"
                or "R__contact_figures.sql";

    /// <summary>The column, its property in <c>StagedEvent</c>, and the property that sources set.</summary>
    [GeneratedRegex(@"\b(utc_offset_minutes|UtcOffsetMinutes|public TimeSpan\? LocalOffset)\b")]
    private static partial Regex NamesColumn();

    [GeneratedRegex(@"^\| `([^`]+)` \|", RegexOptions.Multiline)]
    private static partial Regex TableRow();
}
