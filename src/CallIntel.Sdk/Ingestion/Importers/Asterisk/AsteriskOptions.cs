using CallIntel.Sdk.Classification;

namespace CallIntel.Sdk.Ingestion.Importers.Asterisk;

/// <summary>How <see cref="AsteriskCdr"/> reads.</summary>
public sealed class AsteriskOptions : ImportOptions
{
    /// <summary>The IANA zone of the telephone system's clock; <c>Etc/UTC</c> if it writes with <c>usegmtime=yes</c>. The file does not say.</summary>
    public required string TimeZone { get; set; }

    /// <summary>A regular expression that matches the org's own extensions and numbers: a call from one is outbound, any other inbound.</summary>
    /// <value>The default value matches up to six digits, and a technology with a name, <c>SIP/anna</c>.</value>
    [ProtectedData]
    public string OwnLines { get; set; } = @"^([0-9]{1,6}|(PJ)?SIP/.+|IAX2/.+|DAHDI/.+|Local/.+)$";
}
