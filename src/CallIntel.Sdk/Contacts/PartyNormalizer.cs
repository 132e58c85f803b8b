using PhoneNumbers;

namespace CallIntel.Sdk.Contacts;

/// <summary>Brings numbers to E.164, and tells short codes and alphanumeric senders apart from them.</summary>
/// <remarks>Not thread-safe: one for each run. Remembers recent numbers, since a feed repeats them.</remarks>
sealed class PartyNormalizer(string? defaultRegion)
{
    internal const int MaxLength = 128;
    const int Remembered = 50_000;
    const int MaxAlphanumericSender = 11;

    static readonly PhoneNumberUtil Phone = PhoneNumberUtil.GetInstance();
    readonly Dictionary<string, PartyAddress?> _recent = new(StringComparer.Ordinal);

    /// <returns>Null if the text is none of the formats.</returns>
    internal PartyAddress? Normalize(string text, PartyKind kind)
    {
        if (text.Length is 0 or > MaxLength)
            return null;
        if (kind is PartyKind.OpaqueId)
            return Opaque(text);
        if (!_recent.TryGetValue(text, out PartyAddress? address))
        {
            if (_recent.Count >= Remembered)
                _recent.Clear();
            address = _recent[text] = Parse(text.Trim()) is { CanBeIndexed: true } parsed ? parsed : null;
        }
        return address ?? (kind is PartyKind.NumberOrId && !LooksLikeNumber(text) ? Opaque(text) : null);
    }

    static PartyAddress? Opaque(string text) =>
        new PartyAddress(NumberKind.OpaqueId, text) is { CanBeIndexed: true } address ? address : null;

    /// <summary>
    /// Such a text is a number of another country or a mistake: as an id it would never meet its other spellings.
    /// </summary>
    static bool LooksLikeNumber(string text) =>
        text.Count(char.IsAsciiDigit) >= 7
        && text.All(c => char.IsAsciiDigit(c) || c is '+' or ' ' or '-' or '(' or ')' or '.' or '/');

    PartyAddress? Parse(string text)
    {
        if (text.Any(char.IsAsciiLetter) && text[0] != '+')
            return
                text.Length <= MaxAlphanumericSender
                && text.All(c => char.IsAsciiLetterOrDigit(c) || c is ' ' or '-' or '_' or '.' or '&')
                ? new PartyAddress(NumberKind.Alphanumeric, text.ToUpperInvariant())
                : null;
        // short codes belong to a country, and are too short for any number of one
        if (text.Length is >= 3 and <= 6 && text.All(char.IsAsciiDigit))
            return new PartyAddress(NumberKind.ShortCode, defaultRegion is null ? text : $"{defaultRegion}:{text}");
        try
        {
            PhoneNumber number = Phone.Parse(text, defaultRegion);
            return Phone.IsPossibleNumber(number)
                ? new PartyAddress(NumberKind.E164, Phone.Format(number, PhoneNumberFormat.E164))
                : null;
        }
        catch (NumberParseException)
        {
            return null;
        }
    }
}
