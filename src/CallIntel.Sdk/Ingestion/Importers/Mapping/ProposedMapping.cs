using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;

namespace CallIntel.Sdk.Ingestion.Importers.Mapping;

/// <summary>Writes the proposal of a mapping.</summary>
sealed partial class ProposedMapping
{
    const int MostCodes = 20,
        LongestCode = 24;

    readonly SampleTable _table;
    readonly StringBuilder _text = new();

    ProposedMapping(SampleTable table) => _table = table;

    /// <param name="table">The first records of the file.</param>
    /// <param name="list">The path of the list that contains the records of a JSON file; null if there is none.</param>
    internal static string Write(SampleTable table, string? list = null)
    {
        ProposedMapping mapping = new(table);
        mapping._text.Append(
            "{\n  // A proposal. Check each line against the file, then try it: callintel import --dry-run\n"
        );
        if (list is not null)
            mapping._text.Append(CultureInfo.InvariantCulture, $"  \"records\": {Quoted(list)},\n");
        mapping.WriteTime();
        mapping.WriteSides();
        mapping.WriteRest();
        return mapping._text.Append("}\n").ToString();
    }

    void WriteTime()
    {
        string? whole = _table.Take(ColumnNames.Time, IsFilledWithTimes),
            date = whole is null ? _table.Take(ColumnNames.Date) : null,
            clock = whole is not null ? null
            : date is not null && TimeNotation.AreTimes(_table.ValuesOf(date)) ? null
            : _table.Take(ColumnNames.Time, TimeNotation.AreClocks)
                ?? _table.TakeFilled(ColumnNames.Time)
                ?? _table.Take(ColumnNames.Time);
        bool isSplit = date is not null && clock is not null && TimeNotation.AreClocks(_table.ValuesOf(clock));
        string? field = isSplit
            ? clock
            : whole
                ?? (clock is null ? date : null)
                ?? _table.TakeByValues(TimeNotation.IsIso)
                ?? _table.TakeByValues(TimeNotation.IsEpoch)
                ?? clock;
        if (field is null)
        {
            _text.Append("  // CHECK: no column with the time was recognized\n  \"time\": { \"field\": \"?\" },\n");
            return;
        }
        string[] samples = isSplit ? [.. _table.Join(date!, field)] : [.. _table.ValuesOf(field)];
        bool isIso = samples.Length == 0 || TimeNotation.Most(samples, TimeNotation.IsIso),
            isEpoch = TimeNotation.Most(samples, TimeNotation.IsEpoch),
            isSerial = TimeNotation.Most(samples, TimeNotation.IsSerial);
        string[] fitting = isIso || isEpoch || isSerial ? [] : TimeNotation.PatternsOf(samples);
        string format =
            isIso ? ""
            : isEpoch ? ", \"format\": \"unix\""
            : isSerial ? ", \"format\": \"spreadsheet\""
            : $", \"format\": \"custom\", \"pattern\": {Quoted(fitting.FirstOrDefault(RecordMapper.Unfilled))}";
        if (format.EndsWith("\"?\"", StringComparison.Ordinal))
            _text.Append("  // CHECK: the notation of the times was not recognized; write it as a .NET format\n");
        if (fitting.Length > 1)
            _text.Append(
                "  // CHECK: the first records do not show whether the day or the month comes first. "
                    + $"This also fits: {fitting[1]}. Delete isOrderAssumed when the order is right\n"
            );
        bool isLocal = !isEpoch && !TimeNotation.Most(samples, TimeNotation.HasOffset),
            isUtc = new[] { field, date ?? "" }.Any(name =>
                name.Contains("UTC", StringComparison.OrdinalIgnoreCase)
                || name.Contains("GMT", StringComparison.OrdinalIgnoreCase)
            );
        if (isLocal && !isUtc)
            _text.Append(
                "  // CHECK: the times have no offset. Add \"timeZone\", for example \"Europe/Copenhagen\", or set "
                    + "--time-zone\n"
            );
        _text
            .Append("  \"time\": { ")
            .Append(isSplit ? $"\"dateField\": {Quoted(date!)}, " : "")
            .Append(CultureInfo.InvariantCulture, $"\"field\": {Quoted(field)}{format}")
            .Append(fitting.Length > 1 ? ", \"isOrderAssumed\": true" : "")
            .Append(isLocal && isUtc ? ", \"timeZone\": \"Etc/UTC\"" : "")
            .Append(" },\n");
    }

    /// <summary>A call that failed can have no start.</summary>
    bool IsFilledWithTimes(List<string> values) =>
        values.Count * 10 >= _table.Rows.Count * 9 && TimeNotation.AreTimes(values);

    /// <summary>The codes of a column. Empty if its values look like data of people.</summary>
    List<string> CodesOf(string column)
    {
        List<string> codes = [.. _table.ValuesOf(column).Distinct(StringComparer.OrdinalIgnoreCase)];
        return AreCodes(codes) ? codes : [];
    }

    static bool AreCodes(List<string> values) =>
        values.Distinct(StringComparer.OrdinalIgnoreCase).Count() <= MostCodes
        && values.TrueForAll(code =>
            code.Length <= LongestCode && code.Count(char.IsDigit) <= 3 && !code.Contains('@')
        );

    static string Quoted(string text) => $"\"{JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(text)}\"";
}
