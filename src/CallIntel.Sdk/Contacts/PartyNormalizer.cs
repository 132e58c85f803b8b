using PhoneNumbers;

namespace CallIntel.Sdk.Contacts;

/// <summary>
/// Converts numbers to E.164, and recognizes short codes, alphanumeric senders, addresses and withheld numbers. The
/// same rules apply to all sources.
/// </summary>
/// <remarks>
/// Not thread-safe. Use one instance per run. Caches recent parties, because feeds repeat them.
/// </remarks>
sealed class PartyNormalizer
{
    const int Remembered = 50_000;
    const int MaxNumberLength = 128;
    const int MaxAlphanumericSender = 11;

    readonly string? _region;
    readonly PhoneNumberReader _numbers;
    readonly Dictionary<(string Text, PartyKind Kind), NormalizedParty?> _recent = [];

    /// <param name="defaultRegion">The region of national numbers, as <see cref="PhoneRegion"/> checked it.</param>
    internal PartyNormalizer(string? defaultRegion)
    {
        _region = PhoneRegion.Check(defaultRegion);
        _numbers = new(_region);
    }

    /// <returns>
    /// The party. Null if it cannot be stored at all: it contains a NUL character, or is longer than the blind index
    /// allows.
    /// </returns>
    internal NormalizedParty? Normalize(string text, PartyKind kind)
    {
        if (text.Contains('\0', StringComparison.Ordinal))
            return null;
        if (kind is PartyKind.OpaqueId)
            return Opaque(text, isUnrecognized: false);
        if (!_recent.TryGetValue((text, kind), out NormalizedParty? party))
        {
            if (_recent.Count >= Remembered)
                _recent.Clear();
            party = _recent[(text, kind)] = Read(text.Trim(), kind);
        }
        return party;
    }

    NormalizedParty? Read(string written, PartyKind kind)
    {
        if (WithheldNumbers.Contains(written))
            return NormalizedParty.Withheld;
        if (written.Length > MaxNumberLength)
            return Opaque(written, isUnrecognized: kind is PartyKind.Number);
        PartyText party = PartyText.Read(written);
        if (WithheldNumbers.Contains(party.Text))
            return NormalizedParty.Withheld;
        if (Parse(party) is { CanBeIndexed: true } address)
            return new NormalizedParty(address, false);
        return Opaque(
            written,
            isUnrecognized: !party.IsId
                && (kind is PartyKind.Number || LooksLikeNumber(party.Text) || PartyText.IsMasked(party.Text))
        );
    }

    static NormalizedParty? Opaque(string text, bool isUnrecognized) =>
        new PartyAddress(NumberKind.OpaqueId, text) is { CanBeIndexed: true } address
            ? new NormalizedParty(address, isUnrecognized)
            : null;

    /// <summary>
    /// Whether a text should be a number, for example a national number without a region, or a mistyped one.
    /// </summary>
    static bool LooksLikeNumber(string text) =>
        text.Count(char.IsAsciiDigit) >= 7
        && text.All(c => char.IsAsciiDigit(c) || c is '+' or ' ' or '-' or '(' or ')' or '.' or '/');

    PartyAddress? Parse(PartyText party)
    {
        string text = party.Text;
        if (text.Length == 0 || PartyText.IsMasked(text))
            return null;
        bool isNumber =
            text[0] is '+' or '(' or '\uFF0B' || char.IsDigit(text[0])
                ? !PhoneNumberReader.WithoutExtension(text).Any(char.IsLetter)
                : false;
        if (!isNumber)
            return ParseName(party);
        // Short codes belong to a country and are shorter than any telephone number.
        if (text.Length is >= 3 and <= 6 && text.All(char.IsAsciiDigit))
            return party.IsId
                ? null // the extension of a SIP server
                : new PartyAddress(NumberKind.ShortCode, _region is null ? text : $"{_region}:{text}");
        return _numbers.Read(text) is { } number ? new PartyAddress(NumberKind.E164, number) : null;
    }

    PartyAddress? ParseName(PartyText party)
    {
        string text = party.Text;
        if (party.IsId || !text.Any(char.IsAsciiLetter))
            return null;
        if (text.Length <= MaxAlphanumericSender)
            return text[0] != '+' && text.All(IsSenderCharacter)
                ? new PartyAddress(NumberKind.Alphanumeric, text.ToUpperInvariant())
                : null;
        // 1-800-FLOWERS
        return
            char.IsAsciiDigit(text[0])
            && PhoneNumberUtil.GetInstance().IsAlphaNumber(text)
            && _numbers.Read(PhoneNumberUtil.ConvertAlphaCharactersInNumber(text)) is { } number
            ? new PartyAddress(NumberKind.E164, number)
            : null;
    }

    static bool IsSenderCharacter(char c) =>
        char.IsAsciiLetterOrDigit(c) || c is ' ' or '-' or '_' or '.' or '&' or '+' or '!' or '\'' or '/' or '*' or '#';
}
