using System.Text;
using CallIntel.Sdk.Ingestion.Importers.Files;

namespace CallIntel.Sdk.Ingestion.Importers.Csv;

/// <summary>How a CSV file is written, as its beginning shows.</summary>
/// <param name="Delimiter">The delimiter between two fields.</param>
/// <param name="Before">The number of lines before the header or the first record, without empty lines.</param>
/// <param name="EndsWithDelimiter">Whether each record ends with a delimiter that the header does not have.</param>
readonly record struct CsvLayout(char Delimiter, int Before, bool EndsWithDelimiter)
{
    /// <summary>The delimiters that are detected.</summary>
    internal static readonly char[] Known = [',', ';', '\t', '|'];

    /// <summary>The number of lines in which the header is searched.</summary>
    const int MostLines = 50;

    /// <summary>
    /// Finds the header, which is the first line with all columns that are read. A title, empty lines and a line such
    /// as <c>sep=;</c> can precede it.
    /// </summary>
    /// <param name="beginning">The beginning of the file.</param>
    /// <param name="delimiter">The delimiter; null to detect it.</param>
    /// <param name="quoting">Whether fields can be quoted.</param>
    /// <param name="columns">The columns of a file without a header; null if the file has one.</param>
    /// <param name="isHeader">Returns whether a line has the columns that are read.</param>
    internal static CsvLayout Find(
        ReadOnlySpan<byte> beginning,
        char? delimiter,
        bool quoting,
        IReadOnlyCollection<string>? columns,
        Predicate<List<string>> isHeader
    )
    {
        string[] lines = LinesOf(beginning);
        int first = lines.Length > 0 && SeparatorOf(lines[0]) is { } separator ? 1 : 0;
        if (first == 1)
            delimiter ??= SeparatorOf(lines[0]);
        char[] candidates = delimiter is { } known ? [known] : Known;
        for (int line = first; line < lines.Length; line++)
            foreach (char candidate in candidates)
            {
                List<string> names = Split(lines[line], candidate, quoting);
                if (columns is null ? isHeader(names) : names.Count == columns.Count)
                    return new CsvLayout(
                        candidate,
                        columns is null ? line : first,
                        columns is null && EndsAfter(names.Count, lines.AsSpan(line + 1), candidate, quoting)
                    );
            }
        return new CsvLayout(candidates[0], first, false);
    }

    /// <summary>
    /// The delimiter that a line such as <c>sep=;</c> names, which Microsoft Excel writes and reads. Null if the line
    /// is another one.
    /// </summary>
    internal static char? SeparatorOf(string line)
    {
        line = line.Trim('"', ' ');
        return line.Length == 5 && line.StartsWith("sep=", StringComparison.OrdinalIgnoreCase) ? line[4] : null;
    }

    /// <summary>Whether one of the first lines is a header that a predicate accepts.</summary>
    internal static bool HasHeader(ReadOnlySpan<byte> beginning, Predicate<List<string>> isHeader)
    {
        foreach (string line in LinesOf(beginning))
        foreach (char delimiter in Known)
            if (Split(line, delimiter, quoting: true) is { Count: > 1 } names && isHeader(names))
                return true;
        return false;
    }

    static string[] LinesOf(ReadOnlySpan<byte> beginning) =>
        [
            .. Encoding
                .UTF8.GetString(beginning)
                .Split('\n', MostLines + 1)
                .Take(MostLines)
                .Select(line => line.TrimEnd('\r'))
                .Where(line => line.Length > 0),
        ];

    static bool EndsAfter(int count, ReadOnlySpan<string> records, char delimiter, bool quoting)
    {
        foreach (string record in records[..Math.Min(records.Length, 2)])
            if (Split(record, delimiter, quoting) is not [.., ""] fields || fields.Count != count + 1)
                return false;
        return !records.IsEmpty;
    }

    static List<string> Split(string line, char delimiter, bool quoting)
    {
        List<string> fields = [];
        return CsvFields.TrySplit(line, delimiter, quoting, fields) ? fields : [];
    }
}
