using CallIntel.Sdk.Classification;
using CallIntel.Sdk.Privacy;

namespace CallIntel.Sdk.Ingestion.Importers;

/// <summary>The options of <see cref="WhatsAppImporter"/>.</summary>
public sealed class WhatsAppImportOptions : ImportOptions
{
    /// <summary>
    /// The IANA time zone of the phone that exported the chat, for example <c>Europe/Copenhagen</c>. The file does not
    /// contain it.
    /// </summary>
    public required string TimeZone { get; set; }

    /// <summary>
    /// A regular expression that matches the name or number under which the owner of the phone appears in the chat.
    /// </summary>
    /// <value>
    /// The default value is <see langword="null"/>: in a chat of two people, the name of the file names the other one.
    /// If it does not, every message counts as received, with the direction
    /// <see cref="Events.DirectionBasis.Assumed"/>.
    /// </value>
    [ProtectedData]
    public string? OwnLines { get; set; }
}
