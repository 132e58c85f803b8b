using System.Globalization;
using System.Text.RegularExpressions;

namespace CallIntel.Sdk.Ingestion.Importers.Mapping;

/// <summary>Reads durations in the notations that call records use.</summary>
static partial class DurationText
{
    internal const string Expected = "seconds, m:ss, h:mm:ss or an ISO 8601 duration";

    const decimal SecondsInYear = 31_556_952;

    /// <summary>
    /// Reads a decimal number (with a point or a comma), <c>m:ss</c>, <c>h:mm:ss.fff</c>, <c>d.hh:mm:ss</c>,
    /// <c>PT1M5S</c>, <c>1h 2m 3s</c> or <c>65s (1m 5s)</c>.
    /// </summary>
    /// <param name="text">The text.</param>
    /// <param name="perSecond">The number of units in a second, of a text that is a number only.</param>
    /// <param name="duration">The duration. At most a year; longer ones are returned as a year and a second.</param>
    internal static bool TryRead(string text, int perSecond, out TimeSpan duration)
    {
        text = WithoutRepetition(text.Trim());
        duration = default;
        decimal seconds;
        if (DecimalText.TryRead(text, commaIsDecimal: true, out decimal units))
            seconds = units / perSecond;
        else if (
            (Clock().Match(text) is { Success: true } match)
            || (Iso().Match(text) is { Success: true, Length: > 2 } iso && (match = iso).Success)
            || (Words().Match(text) is { Success: true, Length: > 0 } words && (match = words).Success)
        )
        {
            try
            {
                seconds =
                    (Value(match, "d") * 86_400)
                    + (Value(match, "h") * 3600)
                    + (Value(match, "m") * 60)
                    + Value(match, "s");
            }
            catch (OverflowException)
            {
                return false;
            }
            seconds = match.Groups["sign"].ValueSpan is "-" ? -seconds : seconds;
        }
        else
            return false;
        seconds = Math.Clamp(seconds, -SecondsInYear - 1, SecondsInYear + 1);
        duration = TimeSpan.FromTicks((long)(seconds * TimeSpan.TicksPerSecond));
        return true;
    }

    /// <summary>The text without a repetition in parentheses, as in <c>65s (1m 5s)</c>.</summary>
    static string WithoutRepetition(string text) =>
        text.EndsWith(')') && text.IndexOf('(') is > 0 and int parenthesis ? text[..parenthesis].TrimEnd() : text;

    static decimal Value(Match match, string group) =>
        match.Groups[group] is { Success: true, Length: > 0 } value
            ? decimal.Parse(value.Value.Replace(',', '.'), CultureInfo.InvariantCulture)
            : 0;

    [GeneratedRegex(
        @"^(?<sign>[+-])?(((?<d>[0-9]{1,4})[.: ])?(?<h>[0-9]{1,5}):(?<m>[0-5][0-9])|(?<m>[0-9]{1,6}))"
            + @":(?<s>[0-5][0-9]([.,][0-9]{1,9})?)$",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture
    )]
    private static partial Regex Clock();

    [GeneratedRegex(
        @"^(?<sign>[+-])?P((?<d>[0-9]{1,9})D)?(T((?<h>[0-9]{1,9}([.,][0-9]{1,9})?)H)?"
            + @"((?<m>[0-9]{1,9}([.,][0-9]{1,9})?)M)?((?<s>[0-9]{1,9}([.,][0-9]{1,9})?)S)?)?$",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase
    )]
    private static partial Regex Iso();

    [GeneratedRegex(
        @"^((?<h>[0-9]{1,9}) ?h(ours?|rs?)?\.?)?,? ?((?<m>[0-9]{1,9}) ?m(in(ute)?s?)?\.?)?,? ?"
            + @"((?<s>[0-9]{1,9}([.,][0-9]{1,9})?) ?s(ec(ond)?s?)?\.?)?$",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase
    )]
    private static partial Regex Words();
}
