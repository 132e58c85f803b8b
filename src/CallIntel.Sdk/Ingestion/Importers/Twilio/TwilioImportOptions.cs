using CallIntel.Sdk.Classification;

namespace CallIntel.Sdk.Ingestion.Importers;

/// <summary>The options of <see cref="TwilioImporter"/>.</summary>
public sealed class TwilioImportOptions : ImportOptions
{
    /// <summary>
    /// A regular expression that matches the org's own numbers and addresses, for example
    /// <c>^(\+4520101010|sip:.*@pbx\.example\.com)$</c>. A call from one of them is outbound whatever Twilio states.
    /// </summary>
    /// <value>
    /// The default value is <see langword="null"/>: <c>client:</c> addresses and SIP addresses without a phone number
    /// are the org's own, and otherwise the direction that Twilio states applies.
    /// </value>
    [ProtectedData]
    public string? OwnLines { get; set; }
}
