using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion.Importers.Files;
using CallIntel.Sdk.Ingestion.Importers.Mapping;

namespace CallIntel.Sdk.Ingestion.Importers.Csv;

/// <summary>Finds fields as columns of a CSV line (RFC 4180).</summary>
/// <remarks>
/// Each record must have as many fields as the header: an additional field is usually a text that should have been
/// quoted.
/// </remarks>
sealed class CsvFormat : RecordFormat
{
    readonly char _delimiter;
    readonly bool _quoting;
    readonly List<string> _wanted;
    int[] _slots = []; // for each column, the index of its value; -1 if the mapping does not name it
    bool _headerExpected;

    internal CsvFormat(CsvMapping mapping, List<string> wanted)
    {
        if (mapping.Delimiter is not [< (char)128 and not '"' and not '\r' and not '\n'])
            throw MappingFile.Invalid(
                "The delimiter of the mapping is not one ASCII character, or is a quote or a line end.",
                "Set it to one character, for example a comma, a semicolon or \\t."
            );
        (_delimiter, _quoting, _wanted) = (mapping.Delimiter[0], mapping.Quoting, wanted);
        _headerExpected = mapping.Columns is null;
        if (mapping.Columns is not null)
            TakeColumns([.. mapping.Columns]);
    }

    internal override char? QuotedBetween => _quoting ? _delimiter : null;

    internal override bool TakeHeader(string text)
    {
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

    internal override RejectReason? Read(string text, Span<string?> values)
    {
        int i = 0;
        for (int column = 0; column < _slots.Length; column++)
        {
            if (!CsvFields.TryRead(text, _delimiter, _quoting, ref i, out CsvFields.Field field))
                return RejectReason.Malformed;
            if (_slots[column] >= 0)
                values[_slots[column]] = field.TextIn(text);
            if (i == text.Length)
                return column == _slots.Length - 1 ? null : RejectReason.Malformed;
            i++; // the delimiter
        }
        return RejectReason.Malformed;
    }

    void TakeColumns(List<string> names)
    {
        if (_wanted.Find(field => names.FindAll(name => name == field).Count != 1) is { } unclear)
            throw MappingFile.Invalid(
                $"The mapping names the column \"{unclear}\", which the file does not have exactly once.",
                $"Name one of these columns: {string.Join(", ", names)}."
            );
        _slots = [.. names.Select(name => _wanted.IndexOf(name))];
    }
}
