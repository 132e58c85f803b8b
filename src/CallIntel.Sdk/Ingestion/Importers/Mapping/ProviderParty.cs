using CallIntel.Sdk.Contacts;

namespace CallIntel.Sdk.Ingestion.Importers.Mapping;

/// <summary>
/// A party as providers write it: with or without a scheme such as <c>tel:</c>, or a value that stands for a withheld
/// number.
/// </summary>
readonly record struct ProviderParty(string? Address, PartyKind Kind)
{
    /// <summary>
    /// Values that stand for a withheld number. The long numbers spell ANONYMOUS, RESTRICTED, BLOCKED, UNKNOWN and
    /// UNAVAILABLE on a keypad.
    /// </summary>
    static readonly HashSet<string> Withheld = new(StringComparer.OrdinalIgnoreCase)
    {
        "anonymous",
        "unknown",
        "restricted",
        "private",
        "blocked",
        "unavailable",
        "withheld",
        "null",
        "(unknown)",
        "private number",
        "unknown number",
        "insert-address-token",
        "-1",
        "-2",
        "-3",
        "+266696687",
        "+7378742833",
        "+2562533",
        "+8656696",
        "+86282452253",
        "not_available",
    };

    internal static ProviderParty Read(string? text)
    {
        text = text?.Trim();
        if (string.IsNullOrEmpty(text) || Withheld.Contains(text))
            return default;
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        if (colon > 0 && text[..colon] is "tel" or "whatsapp" or "sms" or "rcs")
            return Read(Uri.UnescapeDataString(text[(colon + 1)..]));
        // a masked number is not a phone number, but it still distinguishes parties
        return new ProviderParty(
            text,
            colon > 0 || text.Contains("XXXX", StringComparison.Ordinal) ? PartyKind.OpaqueId : PartyKind.NumberOrId
        );
    }
}
