using CallIntel.Sdk.Ingestion.Importers.Files;

namespace CallIntel.Sdk.Ingestion.Importers.Mapping;

/// <summary>Proposes a mapping for a CSV or JSON file, as a starting point for a mapping file.</summary>
/// <remarks>
/// Columns and properties are recognized by their names and by the values in the first records. A person has to check
/// the result: comments mark what could not be determined. The proposal contains names of columns and the codes in
/// columns such as a direction or status, but no names, numbers or messages.
/// </remarks>
public static class MappingProposal
{
    const int MostLines = 50,
        MostSamples = 1000;

    /// <summary>Proposes a mapping for a CSV file with a header.</summary>
    /// <param name="file">The file. Only its beginning is read.</param>
    /// <returns>The mapping as JSON with comments. Null if the beginning of the file has no header.</returns>
    public static string? ForCsv(RecordFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        if (file.IsFolder || file.IsJson || file.IsMarkup || !TryReadTable(file, out SampleTable? table))
            return null;
        return ProposedMapping.Write(table!);
    }

    /// <summary>Proposes a mapping for a JSON file.</summary>
    /// <param name="file">The file. Only its beginning is read.</param>
    /// <param name="cancellationToken">Cancels reading.</param>
    /// <returns>
    /// The mapping as JSON with comments. Null if the beginning of the file has no object with properties.
    /// </returns>
    public static async Task<string?> ForJsonAsync(RecordFile file, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(file);
        if (file.IsFolder || !file.IsJson)
            return null;
        return await JsonSample.ReadAsync(file, cancellationToken).ConfigureAwait(false) is var (table, list)
            ? ProposedMapping.Write(table, list)
            : null;
    }

    /// <summary>Whether a file has a header with records below it, perhaps after the title of a report.</summary>
    internal static bool HasTable(RecordFile file) =>
        TryReadTable(file, out SampleTable? table) && table is { Names.Count: >= 3, Rows.Count: > 0 };

    /// <summary>
    /// Reads the records of the header with the most columns: a report can begin with its name and period.
    /// </summary>
    static bool TryReadTable(RecordFile file, out SampleTable? table)
    {
        table = null;
        string[] lines = [.. LinesOf(file.BeginningText).Take(MostLines + MostSamples)];
        for (int header = 0; header < Math.Min(lines.Length, MostLines); header++)
        {
            char delimiter = ",;\t|".MaxBy(c => lines[header].Count(other => other == c));
            List<string> names = [];
            if (
                !CsvFields.TrySplit(lines[header], delimiter, true, names)
                || !IsHeader(names)
                || names.Count <= table?.Names.Count
            )
                continue;
            List<List<string>> rows = [];
            foreach (string line in lines.Skip(header + 1).Take(MostSamples))
            {
                List<string> row = [];
                if (
                    CsvFields.TrySplit(line, delimiter, true, row)
                    && row.Count == names.Count
                    && !row.SequenceEqual(names)
                    && !IsTypes(row)
                )
                    rows.Add(row);
            }
            int mostFilled = rows.Count == 0 ? 0 : rows.Max(Filled);
            rows.RemoveAll(row => IsTotal(row, mostFilled));
            if (table is null || rows.Count > 0)
                table = new SampleTable([.. names.Select(name => name.Trim())], rows);
        }
        return table is not null;
    }

    /// <summary>The lines with text. A quoted field can contain line ends.</summary>
    static IEnumerable<string> LinesOf(string text)
    {
        string open = "";
        int opened = 0;
        foreach (string line in text.Split('\n').Select(line => line.TrimEnd('\r')))
        {
            string whole = open + line;
            bool isOpen = whole.Count(c => c == '"') % 2 == 1 && ++opened <= MostLines;
            open = isOpen ? whole + "\n" : "";
            if (isOpen)
                continue;
            opened = 0;
            if (whole.Length > 0 && !whole.StartsWith("sep=", StringComparison.OrdinalIgnoreCase))
                yield return whole;
        }
    }

    /// <summary>Whether a row is the sum that reports write below their records, or another remark.</summary>
    static bool IsTotal(List<string> row, int mostFilled) =>
        Filled(row) * 2 < mostFilled
        || (
            row[0].Trim() is { Length: <= 20 } first
            && Array.Exists(["total", "summe", "gesamt", "average"], word =>
                first.Contains(word, StringComparison.OrdinalIgnoreCase)
            )
        );

    static int Filled(List<string> row) => row.Count(field => !string.IsNullOrWhiteSpace(field));

    /// <summary>Whether a row names the types of the columns, as CDR files of Cisco do below the header.</summary>
    static bool IsTypes(List<string> row) =>
        row.TrueForAll(field =>
            field.Split('(', 2)[0].Trim()
                is "INTEGER"
                    or "VARCHAR"
                    or "UNIQUEIDENTIFIER"
                    or "TIMESTAMP"
                    or "BIGINT"
                    or ""
        );

    /// <summary>Whether a line can be a header: at least two different names, none of them a value.</summary>
    static bool IsHeader(List<string> names) =>
        names.Count(name => name.Trim().Length > 0) >= 2
        && names.TrueForAll(name => name.Trim().Length <= 64 && name.Count(char.IsDigit) <= 3 && !name.Contains('@'))
        && names.Where(name => name.Trim().Length > 0).Distinct(StringComparer.OrdinalIgnoreCase).Count()
            == names.Count(name => name.Trim().Length > 0);
}
