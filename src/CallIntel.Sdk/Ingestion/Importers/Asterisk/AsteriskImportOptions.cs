using CallIntel.Sdk.Classification;
using CallIntel.Sdk.Privacy;

namespace CallIntel.Sdk.Ingestion.Importers;

/// <summary>The options of <see cref="AsteriskImporter"/>.</summary>
public sealed class AsteriskImportOptions : ImportOptions
{
    /// <summary>
    /// The IANA time zone of the telephone system's clock, for example <c>Europe/Copenhagen</c>, or <c>Etc/UTC</c> if
    /// the system writes with <c>usegmtime=yes</c>. The file does not contain it.
    /// </summary>
    public required string TimeZone { get; set; }

    /// <summary>
    /// A regular expression that matches the org's own extensions and numbers. A call from one of them is outbound, and
    /// every other call is inbound.
    /// </summary>
    /// <value>
    /// The default value matches numbers of up to six digits, and a technology with a name, for example
    /// <c>SIP/anna</c>.
    /// </value>
    [ProtectedData]
    public string OwnLines { get; set; } = @"^([0-9]{1,6}|(PJ)?SIP/.+|IAX2/.+|DAHDI/.+|Local/.+)$";
}
