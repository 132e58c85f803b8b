using CallIntel.Sdk.Classification;
using CallIntel.Sdk.Privacy;

namespace CallIntel.Sdk.Ingestion.Importers;

/// <summary>The options of <see cref="FreeSwitchImporter"/>.</summary>
public sealed class FreeSwitchImportOptions : ImportOptions
{
    /// <summary>
    /// The IANA time zone of the clock of the telephone system, for example <c>Europe/Copenhagen</c>. Required for CSV
    /// files, unless they have a column <c>start_epoch</c>.
    /// </summary>
    public string? TimeZone { get; set; }

    /// <summary>
    /// A regular expression that matches the org's own extensions and numbers. A call from one of them is outbound, and
    /// another call to one of them is inbound.
    /// </summary>
    /// <value>
    /// The default value is <see langword="null"/>: the direction that FusionPBX states, the context, or the extensions
    /// show the direction.
    /// </value>
    [ProtectedData]
    public string? OwnLines { get; set; }
}
