using System.Globalization;

namespace CallIntel.Sdk.Ingestion.Importers.Mapping;

/// <summary>Reads decimal numbers with a point or a comma.</summary>
static class DecimalText
{
    const NumberStyles Style =
        NumberStyles.AllowLeadingSign
        | NumberStyles.AllowDecimalPoint
        | NumberStyles.AllowLeadingWhite
        | NumberStyles.AllowTrailingWhite;

    /// <param name="text">The text.</param>
    /// <param name="commaIsDecimal">
    /// Whether a comma before three digits is the decimal mark: <c>42,001</c> is a little more than 42. Otherwise such
    /// a text could also mean thousands, and it is not read.
    /// </param>
    /// <param name="value">The number.</param>
    internal static bool TryRead(string text, bool commaIsDecimal, out decimal value)
    {
        text = text.Trim();
        int comma = text.IndexOf(',', StringComparison.Ordinal);
        if (comma < 0)
            return decimal.TryParse(text, Style, CultureInfo.InvariantCulture, out value);
        value = 0;
        bool mayGroup =
            text.Length - comma == 4
            && text[..comma].TrimStart('-', '+') is { Length: >= 1 and <= 3 } whole
            && whole[0] != '0';
        return comma == text.LastIndexOf(',')
            && !text.Contains('.', StringComparison.Ordinal)
            && (commaIsDecimal || !mayGroup)
            && decimal.TryParse(text.Replace(',', '.'), Style, CultureInfo.InvariantCulture, out value);
    }
}
