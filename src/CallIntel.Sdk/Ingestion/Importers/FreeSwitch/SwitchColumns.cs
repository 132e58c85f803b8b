using System.Globalization;
using System.Text.RegularExpressions;
using CallIntel.Sdk.Ingestion.Importers.Files;

namespace CallIntel.Sdk.Ingestion.Importers.FreeSwitch;

/// <summary>The columns of a CSV file: those of a header, or of the template that FreeSWITCH is shipped with.</summary>
sealed partial class SwitchColumns
{
    /// <summary>The columns of the template <c>example</c>. Some versions put the server address first.</summary>
    static readonly string[] Example =
    [
        "caller_id_name",
        "caller_id_number",
        "destination_number",
        "context",
        "start_stamp",
        "answer_stamp",
        "end_stamp",
        "duration",
        "billsec",
        "hangup_cause",
        "uuid",
        "bleg_uuid",
        "accountcode",
        "read_codec",
        "write_codec",
    ];

    const int Start = 4,
        Fewest = 12;

    readonly Dictionary<string, int> _columns = new(StringComparer.OrdinalIgnoreCase);
    readonly int? _count;

    SwitchColumns(IReadOnlyList<string> names, int first, int? count, char delimiter)
    {
        for (int i = 0; i < names.Count; i++)
            _columns.TryAdd(names[i].Trim(), first + i);
        (_count, Delimiter) = (count, delimiter);
    }

    internal char Delimiter { get; }

    internal bool HasEpoch => _columns.ContainsKey("start_epoch");

    /// <summary>Returns the columns that a header names, or null if the line is not a header.</summary>
    internal static SwitchColumns? FromHeader(string line)
    {
        if (!line.Contains("hangup_cause", StringComparison.OrdinalIgnoreCase))
            return null;
        foreach (char delimiter in ",;\t")
        {
            List<string> names = [];
            if (!CsvFields.TrySplit(line, delimiter, true, names))
                continue;
            SwitchColumns columns = new(names, 0, names.Count, delimiter);
            if (
                columns._columns.ContainsKey("hangup_cause")
                && columns._columns.ContainsKey("destination_number")
                && (columns._columns.ContainsKey("start_stamp") || columns.HasEpoch)
            )
                return columns;
        }
        return null;
    }

    /// <summary>Finds the columns of a record of a file without a header, or null if it is not a record.</summary>
    internal static SwitchColumns? Find(List<string> fields)
    {
        for (int first = 0; first <= 1; first++)
        {
            int start = first + Start;
            if (
                fields.Count >= first + Fewest
                && fields.Count <= first + Example.Length + 4
                && Stamp().IsMatch(fields[start])
                && (fields[start + 1].Length == 0 || Stamp().IsMatch(fields[start + 1]))
                && Stamp().IsMatch(fields[start + 2])
                && IsNumber(fields[start + 3])
                && IsNumber(fields[start + 4])
                && Cause().IsMatch(fields[start + 5])
            )
                return new SwitchColumns(Example, first, null, ',');
        }
        return null;
    }

    /// <summary>Whether a record has as many fields as the header.</summary>
    internal bool Fits(List<string> fields) => _count is not { } count || fields.Count == count;

    internal string? At(List<string> fields, string name) =>
        _columns.TryGetValue(name, out int column) && column < fields.Count && fields[column].Length > 0
            ? fields[column]
            : null;

    static bool IsNumber(string text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out _);

    [GeneratedRegex("^[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}", RegexOptions.CultureInvariant)]
    private static partial Regex Stamp();

    [GeneratedRegex("^[A-Z][A-Z0-9_]{3,}$", RegexOptions.CultureInvariant)]
    private static partial Regex Cause();
}
