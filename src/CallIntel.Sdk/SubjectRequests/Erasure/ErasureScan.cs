namespace CallIntel.Sdk.SubjectRequests;

/// <summary>Compares what the database counted with the data map.</summary>
static class ErasureScan
{
    static readonly Dictionary<(string Table, string Column), DataMapTable> Subjects = DataMap
        .Tables.SelectMany(table =>
            table.Columns.Where(column => column.IsSubject).Select(column => (Key: (table.Name, column.Name), table))
        )
        .ToDictionary(pair => pair.Key, pair => pair.table);

    /// <summary>
    /// Returns how many rows are left that had to be erased. A column that the data map does not know counts as one:
    /// nobody decided what happens with it.
    /// </summary>
    internal static long Left(IEnumerable<(string Table, string Column, long Rows)> counted)
    {
        long left = 0;
        HashSet<(string, string)> seen = [];
        foreach ((string table, string column, long rows) in counted)
        {
            seen.Add((table, column));
            if (!Subjects.TryGetValue((table, column), out DataMapTable? mapped))
                left += rows;
            else if (mapped.MustBeEmpty || mapped.Action is ErasureAction.CryptoShred)
                left += rows;
        }
        // The database has to have counted every column that the data map wants empty.
        left += Subjects.Count(pair => pair.Value.MustBeEmpty && !seen.Contains(pair.Key));
        return left;
    }
}
