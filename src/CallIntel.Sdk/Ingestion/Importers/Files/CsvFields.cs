namespace CallIntel.Sdk.Ingestion.Importers.Files;

/// <summary>Splits the text of a CSV record into fields (RFC 4180).</summary>
static class CsvFields
{
    /// <summary>The position of a field in its record, and whether it contains doubled quotes.</summary>
    internal readonly record struct Field(int Start, int Length, bool IsEscaped)
    {
        internal string TextIn(string record) =>
            IsEscaped
                ? record.Substring(Start, Length).Replace("\"\"", "\"", StringComparison.Ordinal)
                : record.Substring(Start, Length);
    }

    /// <summary>Reads the field at an index and moves the index to the delimiter after it, or to the end.</summary>
    internal static bool TryRead(string text, char delimiter, bool quoting, ref int i, out Field field)
    {
        int start = i;
        if (!quoting || i == text.Length || text[i] != '"')
        {
            i = text.IndexOf(delimiter, i) is >= 0 and int at ? at : text.Length;
            field = new Field(start, i - start, false);
            return true;
        }
        bool escaped = false;
        start++;
        for (i = start; (i = text.IndexOf('"', i)) >= 0 && i + 1 < text.Length && text[i + 1] == '"'; i += 2)
            escaped = true;
        field = new Field(start, i - start, escaped);
        return i >= 0 && (++i == text.Length || text[i] == delimiter);
    }

    internal static bool TrySplit(string text, char delimiter, bool quoting, List<string> fields)
    {
        for (int i = 0; TryRead(text, delimiter, quoting, ref i, out Field field); )
        {
            fields.Add(field.TextIn(text));
            if (i++ == text.Length)
                return true;
        }
        return false;
    }
}
