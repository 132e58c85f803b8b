using CallIntel.Sdk.Contacts;

namespace CallIntel.Sdk.Ingestion.Importers.Mapping;

/// <summary>The other party of an event.</summary>
public sealed class PartyMapping
{
    /// <summary>
    /// The field with the party. If the field is empty, the number was withheld. Leave it null if
    /// <see cref="DirectionMapping.Own"/> is set.
    /// </summary>
    public string? Field { get; set; }

    /// <summary>
    /// The field with the party of inbound events, if the other party is in another field than that of outbound events.
    /// Requires <see cref="OutboundField"/>.
    /// </summary>
    public string? InboundField { get; set; }

    /// <summary>The field with the party of outbound events. Requires <see cref="InboundField"/>.</summary>
    public string? OutboundField { get; set; }

    /// <summary>The party of every record.</summary>
    public string? Constant { get; set; }

    /// <summary>Whether the party is a number or an id.</summary>
    /// <value>The default value is <see cref="PartyKind.Number"/>.</value>
    public PartyKind Kind { get; set; }
}
