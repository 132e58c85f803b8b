namespace CallIntel.Sdk.Ingestion.Importers;

/// <summary>Fields of RFC 4180. Every record must have as many as the header: one more is usually a text that should have been quoted.</summary>
sealed class CsvFormat : RecordFormat
{
    readonly char _delimiter;
    readonly bool _quoting;
    readonly List<string> _wanted;
    int[] _slots = [];  // of each column, where its value goes; -1 for those nobody wants
    bool _headerExpected;

    internal CsvFormat(CsvMapping mapping, List<string> wanted)
    {
        if (mapping.Delimiter is not [< (char)128 and not '"' and not '\r' and not '\n'])
            throw MappingFile.Invalid("The delimiter is not one ASCII character.", "Set it to a comma, a semicolon or \\t.");
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
        if (!TrySplit(text, (_, name) => names.Add(name)))
            throw MappingFile.Invalid("The header line cannot be read.", "Check the delimiter and the quoting.");
        TakeColumns(names);
        return true;
    }

    internal override RejectReason? Read(string text, Span<string?> values)
    {
        int i = 0;
        for (int column = 0; column < _slots.Length; column++)
        {
            if (!TryReadField(text, ref i, out int start, out int length, out bool escaped))
                return RejectReason.Malformed;
            if (_slots[column] >= 0)
                values[_slots[column]] = Text(text, start, length, escaped);
            if (i == text.Length)
                return column == _slots.Length - 1 ? null : RejectReason.Malformed;
            i++;  // over the delimiter
        }
        return RejectReason.Malformed;
    }

    bool TrySplit(string text, Action<int, string> take)
    {
        int i = 0;
        for (int column = 0; TryReadField(text, ref i, out int start, out int length, out bool escaped); column++)
        {
            take(column, Text(text, start, length, escaped).Trim());
            if (i++ == text.Length)
                return true;
        }
        return false;
    }

    /// <summary>Steps to the delimiter after the field, or the end.</summary>
    bool TryReadField(string text, ref int i, out int start, out int length, out bool escaped)
    {
        escaped = false;
        start = i;
        if (!_quoting || i == text.Length || text[i] != '"')
        {
            i = text.IndexOf(_delimiter, i) is >= 0 and int at ? at : text.Length;
            length = i - start;
            return true;
        }
        start++;
        for (i = start; (i = text.IndexOf('"', i)) >= 0 && i + 1 < text.Length && text[i + 1] == '"'; i += 2)
            escaped = true;
        length = i - start;
        return i >= 0 && (++i == text.Length || text[i] == _delimiter);
    }

    void TakeColumns(List<string> names)
    {
        if (_wanted.Find(field => names.FindAll(name => name == field).Count != 1) is { } unclear)
            throw MappingFile.Invalid(
                $"The file has not exactly one column \"{unclear}\", which the mapping names.", $"Its columns are: {string.Join(", ", names)}.");
        _slots = [.. names.Select(name => _wanted.IndexOf(name))];
    }

    static string Text(string text, int start, int length, bool escaped) =>
        escaped ? text.Substring(start, length).Replace("\"\"", "\"", StringComparison.Ordinal) : text.Substring(start, length);
}
