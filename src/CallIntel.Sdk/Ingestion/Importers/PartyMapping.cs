using CallIntel.Sdk.Contacts;

namespace CallIntel.Sdk.Ingestion.Importers;

/// <summary>Where the other party stands.</summary>
public sealed class PartyMapping
{
    /// <summary>The field. Not needed where <see cref="DirectionMapping.Own"/> finds the sides. An empty one is a withheld number.</summary>
    public string? Field { get; set; }

    /// <summary>One party for every record.</summary>
    public string? Constant { get; set; }

    /// <summary>What the party is called by.</summary>
    /// <value>The default value is <see cref="PartyKind.Number"/>.</value>
    public PartyKind Kind { get; set; }
}
