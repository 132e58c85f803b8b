using CallIntel.Sdk.Contacts;

namespace CallIntel.Sdk.Ingestion.Importers;

/// <summary>A party as providers write it: with a scheme in front, or in one of their ways to say that the number was withheld.</summary>
readonly record struct ProviderParty(string? Address, PartyKind Kind)
{
    /// <summary>What stands for a withheld number, the digits of ANONYMOUS, RESTRICTED, BLOCKED, UNKNOWN and UNAVAILABLE among them.</summary>
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
        // a number that the provider masked is no number any more, but still tells parties apart
        return new ProviderParty(
            text,
            colon > 0 || text.Contains("XXXX", StringComparison.Ordinal) ? PartyKind.OpaqueId : PartyKind.NumberOrId
        );
    }
}
