using System.Text;

namespace CallIntel.Sdk.SubjectRequests;

/// <summary>
/// Lists every table and column of the database: what it contains, how it leads to a person, and what erasure does with
/// it. It is the basis of a record of processing activities (article 30 of the GDPR).
/// </summary>
/// <remarks>
/// Thread-safe. A test of the package compares the list with the catalog of a migrated database, so a new column
/// without a class fails the build. Erasure is verified with this list: see <c>docs/guides/erasure.md</c>.
/// </remarks>
public static partial class DataMap
{
    const int LineWidth = 120;

    static readonly Dictionary<DataClass, string> ClassTexts = new()
    {
        [DataClass.Identifier] = "identifiers",
        [DataClass.Content] = "content",
        [DataClass.Metadata] = "metadata",
        [DataClass.Pseudonymous] = "pseudonymous",
        [DataClass.KeyMaterial] = "key material",
        [DataClass.Operational] = "operational",
        [DataClass.None] = "no personal data",
    };

    static readonly Dictionary<ErasureAction, string> ActionTexts = new()
    {
        [ErasureAction.None] = "not affected",
        [ErasureAction.Delete] = "deletes the rows",
        [ErasureAction.DeleteWithEvent] = "deletes the rows with their event",
        [ErasureAction.Anonymize] = "removes the reference",
        [ErasureAction.CryptoShred] = "destroys the keys",
        [ErasureAction.Recompute] = "computes the figures again",
        [ErasureAction.Keep] = "keeps the rows",
        [ErasureAction.Redact] = "removes the text",
    };

    static readonly Dictionary<SubjectPath, string> PathTexts = new()
    {
        [SubjectPath.None] = "about no contact",
        [SubjectPath.Contact] = "by the id of the contact",
        [SubjectPath.Event] = "by the event, which has a contact",
        [SubjectPath.Member] = "about members of the org",
        [SubjectPath.Unlinked] = "no column leads there",
    };

    /// <summary>All tables, in alphabetical order.</summary>
    public static IReadOnlyList<DataMapTable> Tables { get; } =
    [
        .. new[] { ContactTables(), EventTables(), DerivedTables(), OrgTables(), RequestTables(), SystemTables() }
            .SelectMany(tables => tables)
            .OrderBy(table => table.Name, StringComparer.Ordinal),
    ];

    /// <summary>Returns the data map as a Markdown document, for a record of processing activities.</summary>
    /// <returns>The document, with a line feed at the end of each line.</returns>
    public static string ToMarkdown()
    {
        StringBuilder page = new();
        page.Append("# Data map\n\n");
        page.Append("What each table contains, how a row leads to a contact, and what the erasure of a contact does\n");
        page.Append("with it. Use it as the technical part of a record of processing activities (article 30 of the\n");
        page.Append("GDPR). `DataMap.ToMarkdown()` generates this page; do not edit it.\n\n");
        page.Append("| table | contains | how a row leads to a contact | erasure |\n|---|---|---|---|\n");
        foreach (DataMapTable table in Tables)
            page.Append(
                $"| [`{table.Name}`](#{table.Name}) | {table.Holds} | {PathOf(table)} | {ErasureOf(table)} |\n"
            );
        foreach (DataMapTable table in Tables)
        {
            page.Append($"\n## {table.Name}\n\n");
            foreach (IGrouping<DataClass, DataMapColumn> group in GroupsOf(table))
                AppendWrapped(
                    page,
                    $"- {ClassTexts[group.Key]}: {string.Join(", ", group.Select(c => $"`{c.Name}`"))}"
                );
        }
        return page.ToString();
    }

    /// <summary>Appends an item of a list in lines of at most 120 columns.</summary>
    static void AppendWrapped(StringBuilder page, string item)
    {
        int column = 0;
        foreach (string word in item.Split(' '))
        {
            if (column > 0 && column + 1 + word.Length > LineWidth)
            {
                page.Append("\n ");
                column = 1;
            }
            page.Append(column > 0 ? " " : "").Append(word);
            column += (column > 0 ? 1 : 0) + word.Length;
        }
        page.Append('\n');
    }

    static IEnumerable<IGrouping<DataClass, DataMapColumn>> GroupsOf(DataMapTable table) =>
        table.Columns.GroupBy(column => column.Class).OrderBy(group => Array.IndexOf([.. ClassTexts.Keys], group.Key));

    static string PathOf(DataMapTable table) =>
        table.Path is SubjectPath.Contact
            ? string.Join(", ", table.Columns.Where(c => c.IsSubject).Select(c => $"`{c.Name}`"))
            : PathTexts[table.Path];

    static string ErasureOf(DataMapTable table) =>
        ActionTexts[table.Action] + (table.Reason is null ? "" : ": " + table.Reason);
}
