using CallIntel.Sdk.Events;

namespace CallIntel.Sdk.Ingestion.Importers;

/// <summary>Fields of RFC 4180. Every record must have as many as the header: one more is usually a text that should have been quoted.</summary>
sealed class CsvFormat : RecordFormat
{
    readonly char _delimiter;
    readonly bool _quoting;
    readonly List<string> _wanted;
    int[] _slots = []; // of each column, where its value goes; -1 for those nobody wants
    bool _headerExpected;

    internal CsvFormat(CsvMapping mapping, List<string> wanted)
    {
        if (mapping.Delimiter is not [< (char)128 and not '"' and not '\r' and not '\n'])
            throw MappingFile.Invalid(
                "The delimiter is not one ASCII character.",
                "Set it to a comma, a semicolon or \\t."
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
            throw MappingFile.Invalid("The header line cannot be read.", "Check the delimiter and the quoting.");
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
                values[_slots[column]] = field.Of(text);
            if (i == text.Length)
                return column == _slots.Length - 1 ? null : RejectReason.Malformed;
            i++; // over the delimiter
        }
        return RejectReason.Malformed;
    }

    void TakeColumns(List<string> names)
    {
        if (_wanted.Find(field => names.FindAll(name => name == field).Count != 1) is { } unclear)
            throw MappingFile.Invalid(
                $"The file has not exactly one column \"{unclear}\", which the mapping names.",
                $"Its columns are: {string.Join(", ", names)}."
            );
        _slots = [.. names.Select(name => _wanted.IndexOf(name))];
    }
}
