namespace CallIntel.Sdk.Ingestion.Importers.Mapping;

/// <summary>The columns of a CSV file, and its first records.</summary>
/// <param name="Names">The names of the columns.</param>
/// <param name="Rows">The first records.</param>
sealed record SampleTable(IReadOnlyList<string> Names, IReadOnlyList<List<string>> Rows)
{
    readonly HashSet<string> _taken = [];

    /// <summary>
    /// Returns the first column that is not yet used and has one of these names, in the order of the names. Names are
    /// compared by their letters and digits; one that ends with a star is a beginning.
    /// </summary>
    /// <param name="names">The names.</param>
    /// <param name="accepts">Whether a column with these values can be meant; null to accept every column.</param>
    internal string? Take(string[] names, Predicate<List<string>>? accepts = null)
    {
        foreach (string name in names)
        foreach (string column in Names)
            if (!_taken.Contains(column) && IsNamed(column, name) && (accepts?.Invoke(ValuesOf(column)) ?? true))
            {
                _taken.Add(column);
                return column;
            }
        return null;
    }

    /// <summary>Returns the first column like <see cref="Take"/> that has a value in each record.</summary>
    internal string? TakeFilled(string[] names) => Take(names, values => values.Count == Rows.Count);

    /// <summary>Returns the first column that is not yet used and whose values all fulfil a condition.</summary>
    internal string? TakeByValues(Predicate<string> condition, Predicate<string>? isNamed = null)
    {
        foreach (string column in Names)
            if (
                column.Length > 0
                && !_taken.Contains(column)
                && (isNamed?.Invoke(column) ?? true)
                && ValuesOf(column) is { Count: > 0 } values
            )
                if (values.TrueForAll(condition))
                {
                    _taken.Add(column);
                    return column;
                }
        return null;
    }

    /// <summary>The values of a column that are not empty.</summary>
    internal List<string> ValuesOf(string column)
    {
        int index = Names.ToList().IndexOf(column);
        return [.. Rows.Select(row => row[index].Trim()).Where(value => value.Length > 0)];
    }

    /// <summary>The values of two columns, for the records in which neither is empty.</summary>
    internal IEnumerable<string> Join(string first, string second)
    {
        int one = Names.ToList().IndexOf(first),
            other = Names.ToList().IndexOf(second);
        return Rows.Select(row => (First: row[one].Trim(), Second: row[other].Trim()))
            .Where(pair => pair.First.Length > 0 && pair.Second.Length > 0)
            .Select(pair => $"{pair.First} {pair.Second}");
    }

    /// <summary>
    /// Whether a column has a name. The path of a JSON property has the name of its last parts: <c>data.from.number</c>
    /// is named <c>fromnumber</c> and <c>number</c>.
    /// </summary>
    internal static bool IsNamed(string column, string name)
    {
        for (int dot = column.IndexOf('.', StringComparison.Ordinal); dot >= 0; dot = column.IndexOf('.', dot + 1))
            if (IsNamed(column[(dot + 1)..], name))
                return true;
        string plain = string.Concat(column.Where(char.IsLetterOrDigit)).ToUpperInvariant();
        return name.EndsWith('*')
            ? plain.StartsWith(name[..^1].ToUpperInvariant(), StringComparison.Ordinal)
            : plain.Equals(name, StringComparison.OrdinalIgnoreCase);
    }
}
