namespace CallIntel.Sdk.SubjectRequests;

/// <summary>A table of the database in the data map.</summary>
/// <param name="Name">The name of the table. Partitions count as their parent, staging slots as <c>staging</c>.</param>
/// <param name="Holds">What a row stands for.</param>
/// <param name="Path">How a row leads to a contact.</param>
/// <param name="Action">What erasure does with the rows of a contact.</param>
/// <param name="Reason">Why rows are kept; null if they are not.</param>
/// <param name="Columns">All columns, in alphabetical order.</param>
public sealed record DataMapTable(
    string Name,
    string Holds,
    SubjectPath Path,
    ErasureAction Action,
    string? Reason,
    IReadOnlyList<DataMapColumn> Columns
)
{
    /// <summary>
    /// Parses the compact notation of <see cref="DataMap"/>: a class and its columns, with @ before those that hold
    /// the id of a contact, separated by semicolons.
    /// </summary>
    internal static DataMapTable Parse(
        string name,
        string holds,
        SubjectPath path,
        ErasureAction action,
        string columns,
        string? reason = null
    )
    {
        List<DataMapColumn> parsed = [];
        foreach (string group in columns.Split(';', StringSplitOptions.TrimEntries))
        {
            string[] words = group.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            DataClass @class = Enum.Parse<DataClass>(words[0], ignoreCase: true);
            parsed.AddRange(
                words[1..].Select(word => new DataMapColumn(word.TrimStart('@'), @class, word.StartsWith('@')))
            );
        }
        return new DataMapTable(
            name,
            holds,
            path,
            action,
            reason,
            [.. parsed.OrderBy(column => column.Name, StringComparer.Ordinal)]
        );
    }

    /// <summary>Whether rows of a contact must be gone after its erasure.</summary>
    internal bool MustBeEmpty => Action is ErasureAction.Delete or ErasureAction.Anonymize;
}
