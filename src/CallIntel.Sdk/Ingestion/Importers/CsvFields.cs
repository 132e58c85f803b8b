namespace CallIntel.Sdk.Ingestion.Importers;

/// <summary>Splits the text of a record into fields as RFC 4180 has it.</summary>
static class CsvFields
{
    /// <summary>Where a field stands in its record.</summary>
    internal readonly record struct Field(int Start, int Length, bool IsEscaped)
    {
        internal string Of(string text) =>
            IsEscaped
                ? text.Substring(Start, Length).Replace("\"\"", "\"", StringComparison.Ordinal)
                : text.Substring(Start, Length);
    }

    /// <summary>Steps to the delimiter after the field, or the end.</summary>
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
            fields.Add(field.Of(text));
            if (i++ == text.Length)
                return true;
        }
        return false;
    }
}
