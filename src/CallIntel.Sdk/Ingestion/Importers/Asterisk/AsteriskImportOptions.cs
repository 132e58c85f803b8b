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

    /// <summary>The default value of <see cref="OwnLines"/>.</summary>
    internal const string UsualOwnLines = @"^([0-9]{1,6}|(PJ)?SIP/.+|IAX2/.+|DAHDI/.+|Local/.+)$";

    /// <summary>
    /// A regular expression that matches the org's own extensions and numbers, and channels without their number, for
    /// example <c>PJSIP/anna</c>. If you set it, a call from one of them is outbound, and another call to one of them
    /// is inbound. For all other calls, the context and the channels show the direction.
    /// </summary>
    /// <value>
    /// The default value matches numbers of up to six digits, and a technology with a name, for example
    /// <c>SIP/anna</c>. It applies only to calls whose direction neither the context nor the channels show.
    /// </value>
    [ProtectedData]
    public string OwnLines { get; set; } = UsualOwnLines;
}
