using System.Text.RegularExpressions;

namespace CallIntel.Sdk.Contacts;

/// <summary>Takes the number or the id out of a party as sources write it.</summary>
/// <param name="Text">The number or the id, without its scheme.</param>
/// <param name="IsId">
/// Whether it is an id even if it could not be read as a number, for example an e-mail address.
/// </param>
readonly partial record struct PartyText(string Text, bool IsId)
{
    static readonly HashSet<string> NumberSchemes = new(StringComparer.OrdinalIgnoreCase)
    {
        "tel",
        "callto",
        "whatsapp",
        "sms",
        "smsto",
        "mms",
        "mmsto",
        "rcs",
        "fax",
    };

    internal static PartyText Read(string written)
    {
        string text = Invisible().Replace(written, "").Replace('\u00A0', ' ').Trim();
        if (PartyList.Split(text) is [var first, ..])
            text = first;
        // ="+4532123456" and '+4532123456 are how spreadsheets keep the plus
        if (text is ['=', '"', .., '"'])
            text = text[2..^1].Trim();
        else if (text is ['\'', ..])
            text = text[1..].Trim();
        text = SpreadsheetNumber.Restore(text);
        // "Anna" <sip:anna@example.com>
        if (text.EndsWith('>') && text.LastIndexOf('<') is >= 0 and int bracket)
            text = text[(bracket + 1)..^1].Trim();
        // Anna Berg (+45 32 12 34 56)
        else if (NumberAfterName().Match(text) is { Success: true } named)
            text = named.Groups[1].Value;
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        if (colon <= 0 || !text.AsSpan(0, colon).ContainsAnyExceptInRange('0', '9'))
            return FromAddress(text);
        string scheme = text[..colon],
            rest = text[(colon + 1)..];
        if (NumberSchemes.Contains(scheme))
            return FromAddress(Unescape(rest).TrimStart('/'));
        return scheme.ToUpperInvariant() is "SIP" or "SIPS"
            ? FromSip(Unescape(rest).TrimStart('/'))
            : new PartyText(text, IsId: true); // client:anna
    }

    /// <summary>Whether a text has digits that are replaced by X or an asterisk.</summary>
    internal static bool IsMasked(string text) => Mask().IsMatch(text) && text.Any(char.IsAsciiDigit);

    static PartyText FromAddress(string text)
    {
        int at = text.IndexOf('@', StringComparison.Ordinal);
        if (at > 0)
        {
            string user = text[..at],
                host = text[(at + 1)..];
            // WhatsApp's ids are numbers in E.164 without the plus
            return host is "s.whatsapp.net" or "c.us" && user.All(char.IsAsciiDigit)
                ? new PartyText($"+{user}", IsId: true)
                : new PartyText(text, IsId: true);
        }
        int parameters = text.IndexOf(';', StringComparison.Ordinal);
        if (parameters < 0)
            return new PartyText(text, IsId: false);
        // tel:863-1234;phone-context=+1-914-555
        Match context = Context().Match(text);
        string number = text[..parameters].Trim();
        return new PartyText(
            context.Success && !number.StartsWith('+') ? $"{context.Groups[1].Value}{number}" : number,
            IsId: false
        );
    }

    static PartyText FromSip(string rest)
    {
        string user = rest.Split('@', 2)[0].Split(';', 2)[0].Split('?', 2)[0];
        if (user.Split(':', 2)[0] is var name && rest.Contains('@', StringComparison.Ordinal))
            user = name; // a password
        return new PartyText(user, IsId: true);
    }

    static string Unescape(string text)
    {
        string unescaped = Uri.UnescapeDataString(text);
        return unescaped.Contains('\0', StringComparison.Ordinal) ? text : unescaped;
    }

    /// <summary>A number of at least seven digits in parentheses: a shorter one can be part of a name.</summary>
    [GeneratedRegex(@"^[^()]*\p{L}[^()]*\((\+?[0-9](?:[ .-]?[0-9]){6,})\)$", RegexOptions.CultureInvariant)]
    private static partial Regex NumberAfterName();

    [GeneratedRegex("[\u200B-\u200F\u202A-\u202E\u2060-\u2069\uFEFF\u00AD]", RegexOptions.CultureInvariant)]
    private static partial Regex Invisible();

    [GeneratedRegex("[xX*\u2022]{2}", RegexOptions.CultureInvariant)]
    private static partial Regex Mask();

    [GeneratedRegex(";phone-context=(\\+[0-9.() -]+)", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex Context();
}
