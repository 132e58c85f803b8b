using System.Text.RegularExpressions;
using PhoneNumbers;

namespace CallIntel.Sdk.Contacts;

/// <summary>Converts telephone numbers in national and international notations to E.164.</summary>
/// <remarks>
/// A reading that the numbering plan of its country does not contain is only accepted if the number is international or
/// has nine digits: a shorter one can be a local number, which would become the number of somebody in another area.
/// </remarks>
sealed partial class PhoneNumberReader(string? region)
{
    const int LocalDigits = 8;

    /// <summary>International prefixes, also after the prefix of an outside line.</summary>
    static readonly string[] InternationalPrefixes = ["9011", "900", "000", "011", "00"];

    static readonly PhoneNumberUtil Phone = PhoneNumberUtil.GetInstance();
    readonly string? _trunkPrefix = region is null ? null : Phone.GetNddPrefixForRegion(region, stripNonDigits: true);

    /// <summary>Removes the extension at the end of a number.</summary>
    internal static string WithoutExtension(string text) => Extension().Replace(text, "");

    /// <returns>The number in E.164; null if the text is not a telephone number.</returns>
    internal string? Read(string text)
    {
        text = WithoutExtension(text);
        PhoneNumber? parsed = TryParse(text);
        if (OwnCountryWithoutPlus(text) is { } own)
            return own;
        if (parsed is not null && IsCertain(parsed, text))
            return Format(parsed);
        if (parsed is not null && NationalVariant(parsed) is { } variant)
            return variant;
        foreach (string other in Alternatives(text))
            if (TryParse(other) is { } alternative)
                if (IsCertain(alternative, other))
                    return Format(alternative);
                else if (NationalVariant(alternative) is { } otherVariant)
                    return otherVariant;
        if (parsed is not null && !IsInternational(parsed) && InternationalWithoutPlus(text) is { } international)
            return international;
        return parsed is not null && IsAcceptable(parsed, text) ? Format(parsed) : null;
    }

    /// <summary>
    /// Providers write international numbers without the plus. A text is read so if the numbering plan of the region
    /// does not contain it, and the one of the country that it begins with does.
    /// </summary>
    static string? InternationalWithoutPlus(string text) =>
        Digits(text) is { Length: >= 10 } digits
        && digits[0] != '0'
        && TryParse($"+{digits}", null) is { } number
        && Phone.IsValidNumber(number)
            ? Format(number)
            : null;

    /// <summary>
    /// A long number that begins with the code of the region instead of its trunk prefix, as providers write it. In
    /// Germany, <c>4917012345678</c> could also be a number in the area 04917.
    /// </summary>
    string? OwnCountryWithoutPlus(string text) =>
        _trunkPrefix is { Length: > 0 }
        && Digits(text) is { Length: >= 11 } digits
        && text[0] != '+'
        && digits.StartsWith($"{Phone.GetCountryCodeForRegion(region)}", StringComparison.Ordinal)
        && !digits.StartsWith(_trunkPrefix, StringComparison.Ordinal)
            ? InternationalWithoutPlus(text)
            : null;

    /// <summary>Whether the numbering plan contains the number, and it has its area code.</summary>
    bool IsCertain(PhoneNumber number, string text) =>
        Phone.IsValidNumber(number)
        && (
            IsInternational(number)
            || _trunkPrefix is null
            || Digits(text) is var digits
                && (
                    digits.Length > LocalDigits
                    || (_trunkPrefix.Length > 0 && digits.StartsWith(_trunkPrefix, StringComparison.Ordinal))
                    || Phone.GetNumberType(number) is PhoneNumberType.MOBILE
                )
        );

    bool IsAcceptable(PhoneNumber number, string text) =>
        Phone.IsPossibleNumberWithReason(number) is PhoneNumberUtil.ValidationResult.IS_POSSIBLE
        && (
            IsInternational(number)
            || Digits(text).Length is var digits && digits > LocalDigits - (_trunkPrefix is null ? 1 : 0)
        );

    static bool IsInternational(PhoneNumber number) =>
        number.CountryCodeSource is not PhoneNumber.Types.CountryCodeSource.FROM_DEFAULT_COUNTRY;

    /// <summary>
    /// Other readings of a number: without a trunk prefix in parentheses, with an international prefix of another
    /// country, and without the prefix of an outside line.
    /// </summary>
    static IEnumerable<string> Alternatives(string text)
    {
        string withoutTrunk = Trunk().Replace(text, " ");
        if (withoutTrunk != text)
            yield return withoutTrunk;
        if (text.StartsWith('+'))
            yield break;
        string digits = Digits(text);
        foreach (string prefix in InternationalPrefixes)
            if (digits.StartsWith(prefix, StringComparison.Ordinal))
                yield return $"+{digits[prefix.Length..]}";
        if (digits.Length > LocalDigits && digits[0] is '9' or '0')
            yield return digits[1..];
    }

    /// <summary>
    /// The number as it is dialed today: Mexican mobile numbers without the 1 after the country code, Brazilian ones
    /// with the ninth digit, Argentine ones with 9 instead of 15. Null if there is no variant in the numbering plan.
    /// </summary>
    static string? NationalVariant(PhoneNumber number)
    {
        string e164 = Format(number);
        string? variant = null;
        if (MexicanMobile().Match(e164) is { Success: true } mexican)
            variant = $"+52{mexican.Groups[1].ValueSpan}";
        else if (BrazilianMobile().Match(e164) is { Success: true } brazilian)
            variant = $"+55{brazilian.Groups[1].ValueSpan}9{brazilian.Groups[2].ValueSpan}";
        else if (ArgentineMobile().Match(e164) is { Success: true } argentine)
            variant = $"+549{argentine.Groups[1].ValueSpan}{argentine.Groups[2].ValueSpan}";
        return variant is not null && TryParse(variant, null) is { } parsed && Phone.IsValidNumber(parsed)
            ? Format(parsed)
            : null;
    }

    PhoneNumber? TryParse(string text) => TryParse(text, region);

    static PhoneNumber? TryParse(string text, string? region)
    {
        try
        {
            return Phone.ParseAndKeepRawInput(text, region);
        }
        catch (NumberParseException)
        {
            return null;
        }
    }

    static string Format(PhoneNumber number) => Phone.Format(number, PhoneNumberFormat.E164);

    static string Digits(string text) => PhoneNumberUtil.NormalizeDigitsOnly(text);

    [GeneratedRegex(
        @"\s*(?:[;,#x]|;?\s*(?:ext|extn|extension|poste|anexo|durchwahl|toestel|lokal)\.?\s*[:=]?)\s*[0-9]{1,7}\s*$",
        RegexOptions.CultureInvariant | RegexOptions.IgnoreCase
    )]
    private static partial Regex Extension();

    [GeneratedRegex(@"\s*\(\s*0\s*\)\s*", RegexOptions.CultureInvariant)]
    private static partial Regex Trunk();

    [GeneratedRegex(@"^\+521([0-9]{10})$", RegexOptions.CultureInvariant)]
    private static partial Regex MexicanMobile();

    [GeneratedRegex(@"^\+55([1-9][0-9])([6-9][0-9]{7})$", RegexOptions.CultureInvariant)]
    private static partial Regex BrazilianMobile();

    [GeneratedRegex(@"^\+54([0-9]{2,4})15([0-9]{6,8})$", RegexOptions.CultureInvariant)]
    private static partial Regex ArgentineMobile();
}
