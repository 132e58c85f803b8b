using System.Globalization;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion.Importers.Files;
using CallIntel.Sdk.Ingestion.Importers.Mapping;

namespace CallIntel.Sdk.Ingestion.Importers.Csv;

/// <summary>Finds fields as columns of a CSV line (RFC 4180).</summary>
/// <remarks>
/// Each record must have as many fields as the header: an additional field is usually a text that should have been
/// quoted. Columns without a name at the end of the header can be missing.
/// </remarks>
sealed class CsvFormat : RecordFormat
{
    readonly char? _fixedDelimiter;
    readonly bool _quoting;
    readonly List<string> _wanted;
    readonly IReadOnlyList<string>? _columns;
    readonly CsvPreset? _preset;
    char _delimiter;
    readonly List<(int From, int To)> _copies = []; // values of columns that the mapping names in two spellings
    int[] _slots = []; // for each column, the index of its value; -1 if the mapping does not name it
    int _required, // the number of columns without the unnamed ones at the end
        _before;
    bool _headerExpected,
        _endsWithDelimiter;

    /// <param name="mapping">The mapping.</param>
    /// <param name="wanted">The columns that the mapping names.</param>
    /// <param name="preset">
    /// The preset that the mapping comes from. A file need not have its optional columns. Null for a mapping file.
    /// </param>
    internal CsvFormat(CsvMapping mapping, List<string> wanted, CsvPreset? preset = null)
    {
        _preset = preset;
        if (mapping.Delimiter is not (null or [< (char)128 and not '"' and not '\r' and not '\n']))
            throw MappingFile.Invalid(
                "The delimiter of the mapping is not one ASCII character, or is a quote or a line end.",
                "Set it to one character, for example a comma, a semicolon or \\t."
            );
        (_fixedDelimiter, _quoting, _wanted) = (mapping.Delimiter?[0], mapping.Quoting, wanted);
        (_columns, _headerExpected) = (mapping.Columns, mapping.Columns is null);
        if (_columns is not null)
            TakeColumns([.. _columns]);
    }

    internal override RecordSource Open(RecordFile file)
    {
        CsvLayout layout = CsvLayout.Find(file.Beginning.Span, _fixedDelimiter, _quoting, _columns, IsHeader);
        (_delimiter, _before, _endsWithDelimiter) = (layout.Delimiter, layout.Before, layout.EndsWithDelimiter);
        return new RecordReader(file.Content, _quoting ? _delimiter : null);
    }

    internal override bool CommaCanGroup => _delimiter == ',';

    internal override bool TakeHeader(string text)
    {
        if (_before > 0)
        {
            _before--;
            return true;
        }
        if (!_headerExpected)
            return false;
        _headerExpected = false;
        List<string> names = [];
        if (!CsvFields.TrySplit(text, _delimiter, _quoting, names))
            throw MappingFile.Invalid(
                "The header line of the file could not be read.",
                "Check the delimiter and the quoting in the mapping."
            );
        TakeColumns([.. names.Select(name => name.Trim())]);
        return true;
    }

    internal override ReadFault? Read(string text, Span<string?> values)
    {
        int i = 0,
            column = 0;
        for (bool more = true; more; column++)
        {
            if (!CsvFields.TryRead(text, _delimiter, _quoting, ref i, out CsvFields.Field field))
                return new ReadFault(RejectReason.Malformed, "a quote is in the wrong place");
            if (column < _slots.Length && _slots[column] >= 0)
                values[_slots[column]] = field.TextIn(text);
            if (column == _slots.Length && !(_endsWithDelimiter && field.Length == 0))
                return WrongCount(text);
            more = i++ < text.Length; // the delimiter
        }
        foreach ((int from, int to) in _copies)
            values[to] = values[from];
        return column >= _required && column <= _slots.Length + (_endsWithDelimiter ? 1 : 0) ? null : WrongCount(text);
    }

    ReadFault WrongCount(string text)
    {
        List<string> fields = [];
        CsvFields.TrySplit(text, _delimiter, _quoting, fields);
        return new ReadFault(
            RejectReason.Malformed,
            string.Create(CultureInfo.InvariantCulture, $"{fields.Count} fields instead of {_slots.Length}")
        );
    }

    bool IsHeader(List<string> names) =>
        _preset?.Fits(names) ?? _wanted.TrueForAll(name => CsvColumns.IndexOf(names, name) >= 0);

    int ColumnOf(List<string> names, string name) => _preset?.ColumnOf(names, name) ?? CsvColumns.IndexOf(names, name);

    void TakeColumns(List<string> names)
    {
        int[] slots = [.. Enumerable.Repeat(-1, names.Count)];
        for (int i = 0; i < _wanted.Count; i++)
        {
            int column = ColumnOf(names, _wanted[i]);
            if (column >= 0 && slots[column] >= 0)
                _copies.Add((slots[column], i));
            else if (column >= 0)
                slots[column] = i;
            else if (_preset is null || _preset.Columns.Contains(_wanted[i]))
                throw CsvColumns.Missing(_wanted[i], names);
        }
        _slots = slots;
        _required = names.FindLastIndex(name => name.Length > 0) + 1;
    }
}
