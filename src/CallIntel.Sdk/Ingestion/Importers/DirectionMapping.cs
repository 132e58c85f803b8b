using CallIntel.Sdk.Events;

namespace CallIntel.Sdk.Ingestion.Importers;

/// <summary>Who began: the same for all records, what a field says, or found by which side is one of our own lines.</summary>
public sealed class DirectionMapping
{
    /// <summary>The direction of every record.</summary>
    public EventDirection? Constant { get; set; }

    /// <summary>The field that says which.</summary>
    public string? Field { get; set; }

    /// <summary>What the texts of the field mean. A record with another text is rejected.</summary>
    public IReadOnlyDictionary<string, EventDirection>? Map { get; set; }

    /// <summary>The field with the side that began; needs <see cref="To"/> and <see cref="Own"/>.</summary>
    public string? From { get; set; }

    /// <summary>The field with the other side.</summary>
    public string? To { get; set; }

    /// <summary>A regular expression: the sides it matches are our own lines.</summary>
    /// <remarks>
    /// From an own line is outbound, to an own line only is inbound, and the side that is not the line is the party. Between two own lines counts
    /// once, as outbound. A record without an own line is not this org's and is left out.
    /// </remarks>
    public string? Own { get; set; }
}
