namespace CallIntel.Sdk.Ingestion.Importers.Files;

/// <summary>Reads the offset at the end of a time.</summary>
static class TimeOffset
{
    /// <summary>
    /// Reads <c>Z</c>, <c>+01:00</c>, <c>+0100</c>, <c>+01</c> or a name that RFC 5322 defines, optionally after a
    /// space. Other names are not read, because they have different meanings in different countries.
    /// </summary>
    /// <param name="text">The end of a time. A comment in parentheses is ignored.</param>
    /// <param name="offset">The offset; null if there is none.</param>
    internal static bool TryRead(ReadOnlySpan<char> text, out TimeSpan? offset)
    {
        offset = null;
        text = text.Trim();
        if (text.EndsWith(')') && text.IndexOf('(') is >= 0 and int comment)
            text = text[..comment].TrimEnd();
        if (text.IsEmpty)
            return true;
        if (char.IsAsciiLetter(text[0]))
        {
            // GMT+0200, as browsers write it
            if (text.Length > 3 && text[..3] is "GMT" or "UTC" && text[3] is '+' or '-')
                return TryRead(text[3..], out offset);
            offset = HoursOf(text) is { } hours ? TimeSpan.FromHours(hours) : null;
            return offset is not null;
        }
        if (text[0] is not ('+' or '-' or '\u2212'))
            return false;
        TextScanner digits = new(text[1..]);
        int minutes = 0;
        if (!digits.TakeNumber(digits.CountDigits() is 1 or 3 ? 1 : 2, 2, out int hour))
            return false;
        if (digits.Rest.Length > 0)
        {
            digits.Take(':');
            if (!digits.TakeNumber(2, 2, out minutes) || digits.Rest.Length > 0)
                return false;
        }
        if (hour > 14 || minutes > 59 || (hour == 14 && minutes > 0))
            return false;
        offset = new TimeSpan(hour, minutes, 0) * (text[0] == '+' ? 1 : -1);
        return true;
    }

    static int? HoursOf(ReadOnlySpan<char> name)
    {
        Span<char> upper = stackalloc char[4];
        if (name.Length > upper.Length)
            return null;
        name.ToUpperInvariant(upper);
        return upper[..name.Length] switch
        {
            "Z" or "UT" or "UTC" or "GMT" => 0,
            "EST" => -5,
            "EDT" => -4,
            "CST" => -6,
            "CDT" => -5,
            "MST" => -7,
            "MDT" => -6,
            "PST" => -8,
            "PDT" => -7,
            _ => null,
        };
    }
}
