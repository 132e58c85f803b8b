using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using CallIntel.Sdk.Events;
using CallIntel.Sdk.Ingestion.Importers.Files;

namespace CallIntel.Sdk.Ingestion.Importers.Mapping;

/// <summary>Reads times by a .NET date and time format.</summary>
sealed partial class CustomTime
{
    readonly string _pattern;
    readonly bool _readsOffset;
    readonly TimeSpan? _constantOffset;

    internal CustomTime(string pattern)
    {
        if (!IsPattern(pattern))
            throw MappingFile.Invalid(
                "time.pattern is not a .NET date and time format.",
                "Set it to a format such as dd/MM/yyyy HH:mm:ss."
            );
        _pattern = pattern;
        (string specifiers, string end) = Split(pattern);
        _readsOffset = specifiers.AsSpan().ContainsAny("zK") || pattern is "o" or "O";
        // a format such as "ddd, dd MMM yyyy HH:mm:ss 'GMT'" names the offset itself
        _constantOffset =
            pattern is "r" or "R" or "u" ? TimeSpan.Zero
            : !_readsOffset && end.Trim().Length > 0 && TimeOffset.TryRead(end, out TimeSpan? offset) ? offset
            : null;
    }

    internal bool TryRead(string text, TimeZoneInfo? zone, out DateTimeOffset time, out TimeBasis basis)
    {
        basis = TimeBasis.Stated;
        text = Plain(text);
        if (_readsOffset && HasOffset(text))
            return DateTimeOffset.TryParseExact(
                text,
                _pattern,
                CultureInfo.InvariantCulture,
                DateTimeStyles.AllowTrailingWhite,
                out time
            );
        time = default;
        return DateTime.TryParseExact(text, _pattern, CultureInfo.InvariantCulture, Unconverted, out DateTime local)
            && TimeText.TryCombine(
                DateTime.SpecifyKind(local, DateTimeKind.Unspecified),
                _constantOffset,
                zone,
                out time,
                out basis
            );
    }

    /// <summary>The text with plain spaces, and with AM and PM as .NET formats read them.</summary>
    internal static string Plain(string text) =>
        Half().Replace(text.Replace('\u202F', ' ').Replace('\u00A0', ' ').Trim(), "$1M");

    static bool IsPattern(string pattern)
    {
        try
        {
            return pattern.Length > 0
                && DateTime
                    .UnixEpoch.ToString(pattern, CultureInfo.InvariantCulture)
                    .AsSpan()
                    .ContainsAnyInRange('0', '9');
        }
        catch (FormatException)
        {
            return false;
        }
    }

    const DateTimeStyles Unconverted = DateTimeStyles.RoundtripKind | DateTimeStyles.AllowTrailingWhite;

    /// <summary>Whether the text contains an offset: the specifier K also accepts a text without one.</summary>
    bool HasOffset(string text) =>
        DateTime.TryParseExact(text, _pattern, CultureInfo.InvariantCulture, Unconverted, out DateTime local)
        && local.Kind is not DateTimeKind.Unspecified;

    /// <summary>Returns the specifiers of a format, without literals, and the literal text at its end.</summary>
    static (string Specifiers, string End) Split(string pattern)
    {
        StringBuilder specifiers = new(),
            end = new();
        for (int i = 0; i < pattern.Length; i++)
        {
            char c = pattern[i];
            if (c is '\'' or '"' && pattern.IndexOf(c, i + 1) is > 0 and int close)
            {
                end.Append(pattern, i + 1, close - i - 1);
                i = close;
            }
            else if (c == '\\' && i + 1 < pattern.Length)
                end.Append(pattern[++i]);
            else if ("dfFghHKmMstyz".Contains(c, StringComparison.Ordinal))
            {
                specifiers.Append(c);
                end.Clear();
            }
            else
                end.Append(c);
        }
        return (specifiers.ToString(), end.ToString());
    }

    /// <summary>Such as <c>p. m.</c>, as Spanish writes it.</summary>
    [GeneratedRegex(@"(?<=[0-9] ?)([ap])\. ?m\.?$", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex Half();
}
