using CallIntel.Sdk.Tenancy;

namespace CallIntel.Sdk.Ingestion.Importers.Mapping;

/// <summary>The org's own line, from which <see cref="MemberId.FromName"/> derives the member.</summary>
public sealed class LineMapping
{
    /// <summary>The field with the line. Leave it null if <see cref="DirectionMapping.Own"/> is set.</summary>
    public string? Field { get; set; }

    /// <summary>
    /// The field with the line of inbound events, if the line is in another field than that of outbound events.
    /// Requires <see cref="OutboundField"/>.
    /// </summary>
    public string? InboundField { get; set; }

    /// <summary>The field with the line of outbound events. Requires <see cref="InboundField"/>.</summary>
    public string? OutboundField { get; set; }

    /// <summary>
    /// Whether the line is a number or address of the org, which is also stored as
    /// <see cref="Events.EventDetails.OwnNumber"/>.
    /// </summary>
    /// <value>The default value is <see langword="false"/>.</value>
    public bool IsNumber { get; set; }

    /// <summary>
    /// The scope of the names, so that line 7 of one system differs from line 7 of another. Required, unless
    /// <see cref="IsNumber"/> is set; without a scope, the events do not name a member.
    /// </summary>
    public string? Scope { get; set; }
}
