using System.Globalization;
using System.Text.RegularExpressions;

namespace CallIntel.Sdk.Ingestion.Importers.Mapping;

/// <summary>Reads decimal numbers with a point or a comma.</summary>
static partial class DecimalText
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
        if (Both().IsMatch(text)) // 1.234,50 or 1,234.50: the last mark is the decimal one
        {
            char group = comma < text.LastIndexOf('.') ? ',' : '.';
            text = text.Replace($"{group}", "", StringComparison.Ordinal).Replace(',', '.');
            return decimal.TryParse(text, Style, CultureInfo.InvariantCulture, out value);
        }
        bool mayGroup =
            text.Length - comma == 4
            && text[..comma].TrimStart('-', '+') is { Length: >= 1 and <= 3 } whole
            && whole[0] != '0';
        return comma == text.LastIndexOf(',')
            && !text.Contains('.', StringComparison.Ordinal)
            && (commaIsDecimal || !mayGroup)
            && decimal.TryParse(text.Replace(',', '.'), Style, CultureInfo.InvariantCulture, out value);
    }

    [GeneratedRegex(
        "^[-+]?[0-9]{1,3}(([.][0-9]{3})+,[0-9]+|(,[0-9]{3})+[.][0-9]+)$",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture
    )]
    private static partial Regex Both();
}
