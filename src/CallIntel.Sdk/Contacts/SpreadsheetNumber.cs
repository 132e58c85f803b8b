using System.Globalization;
using System.Text.RegularExpressions;

namespace CallIntel.Sdk.Contacts;

/// <summary>
/// Reads telephone numbers that a spreadsheet or another program wrote as a quantity: <c>4.47700900123E+11</c>,
/// <c>447700900123.0</c>, <c>447,700,900,123</c> or <c>=+447700900123</c>.
/// </summary>
static partial class SpreadsheetNumber
{
    /// <summary>
    /// Whether the last digits of a number are lost. Spreadsheets show six digits of a long number, so the numbers of
    /// different people look the same.
    /// </summary>
    internal static bool IsRounded(string? text) =>
        text is not null && Scientific().IsMatch(text) && Digits(text) is null;

    /// <summary>The number with all its digits; the text itself if it is written in another way.</summary>
    internal static string Restore(string text) =>
        Scientific().IsMatch(text) ? Digits(text) ?? text
        : WithFraction().Match(text) is { Success: true } fraction ? fraction.Groups[1].Value
        : Grouped().IsMatch(text) ? text.Replace(",", "", StringComparison.Ordinal)
        : text is ['=', '+' or (>= '0' and <= '9'), ..] ? text[1..]
        : text;

    /// <summary>The digits of a number in scientific notation; null if they are not all there.</summary>
    static string? Digits(string text)
    {
        Match match = Scientific().Match(text);
        string fraction = match.Groups["fraction"].Value;
        int exponent = int.Parse(match.Groups["exponent"].ValueSpan, CultureInfo.InvariantCulture);
        return fraction.Length == exponent ? $"{match.Groups["first"].ValueSpan}{fraction}" : null;
    }

    /// <summary>The exponent of a number with seven to eighteen digits.</summary>
    [GeneratedRegex(
        @"^\s*[='""+]*(?<first>[1-9])([.,](?<fraction>[0-9]+))?E\+?(?<exponent>0?[6-9]|1[0-7])""?\s*$",
        RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture
    )]
    private static partial Regex Scientific();

    [GeneratedRegex(@"^(\+?[0-9]{7,18})[.,]0{1,2}$", RegexOptions.CultureInvariant)]
    private static partial Regex WithFraction();

    [GeneratedRegex(@"^[0-9]{1,3}(?:,[0-9]{3}){2,}$", RegexOptions.CultureInvariant)]
    private static partial Regex Grouped();
}
