using CallIntel.Sdk.Contacts;

namespace CallIntel.Sdk.Ingestion.Importers.Mapping;

/// <summary>
/// A party as providers write it: with or without a scheme such as <c>tel:</c>, or a value that stands for a withheld
/// number.
/// </summary>
readonly record struct ProviderParty(string? Address, PartyKind Kind)
{
    /// <summary>Schemes of numbers, which are not part of the party.</summary>
    static readonly string[] NumberSchemes = ["tel", "whatsapp", "sms", "rcs"];

    /// <summary>Schemes whose party can be a number, and otherwise is an id together with the scheme.</summary>
    static readonly string[] AddressSchemes = ["sip", "sips", "callto"];

    internal static ProviderParty Read(string? text)
    {
        text = text?.Trim();
        if (string.IsNullOrEmpty(text) || WithheldNumbers.Contains(text))
            return default;
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        if (colon > 0 && NumberSchemes.Contains(text[..colon], StringComparer.OrdinalIgnoreCase))
            return Read(Uri.UnescapeDataString(text[(colon + 1)..]));
        if (colon > 0 && AddressSchemes.Contains(text[..colon], StringComparer.OrdinalIgnoreCase))
            return new ProviderParty(text, PartyKind.NumberOrId);
        // a masked number is not a phone number, but it still distinguishes parties
        return new ProviderParty(
            text,
            colon > 0 || text.Contains("XXXX", StringComparison.Ordinal) ? PartyKind.OpaqueId : PartyKind.NumberOrId
        );
    }
}
