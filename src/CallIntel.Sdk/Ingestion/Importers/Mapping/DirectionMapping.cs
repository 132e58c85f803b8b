using CallIntel.Sdk.Events;

namespace CallIntel.Sdk.Ingestion.Importers.Mapping;

/// <summary>
/// The direction of an event: the same for all records, determined by a field, or derived from which of two numbers is
/// one of the org's own lines.
/// </summary>
public sealed class DirectionMapping
{
    /// <summary>The direction of every record.</summary>
    public EventDirection? Constant { get; set; }

    /// <summary>The field that determines the direction.</summary>
    public string? Field { get; set; }

    /// <summary>
    /// The direction for each text of the field; case is ignored. A record with any other text is rejected, unless
    /// <see cref="Otherwise"/> is set.
    /// </summary>
    public IReadOnlyDictionary<string, EventDirection>? Map { get; set; }

    /// <summary>
    /// The direction for all other texts of the field: bills name the place that was called, or <c>Incoming</c>.
    /// </summary>
    /// <value>The default value is <see langword="null"/>: a record with any other text is rejected.</value>
    public EventDirection? Otherwise { get; set; }

    /// <summary>
    /// The texts of the field whose direction is a guess, because systems use them with different meanings. They are
    /// counted as <see cref="DirectionBasis.Assumed"/>. <c>*</c> means all texts, also with <see cref="Constant"/>.
    /// </summary>
    /// <value>The default value is <see langword="null"/>: none.</value>
    public IReadOnlyList<string>? Assumed { get; set; }

    /// <summary>
    /// A regular expression that matches telephones and clients of the org, for example <c>client:anna</c>, in a source
    /// that states directions from its own point of view. If one of them is the party of a record, and the field has
    /// one of the texts of <see cref="Turned"/>, the event has the opposite direction.
    /// </summary>
    /// <value>The default value is <see langword="null"/>: directions are used as they are stated.</value>
    public string? OwnEndpoints { get; set; }

    /// <summary>
    /// The texts of the field whose direction is turned if the party matches <see cref="OwnEndpoints"/>; case is
    /// ignored.
    /// </summary>
    public IReadOnlyList<string>? Turned { get; set; }

    /// <summary>
    /// The field with the number that started the event. Requires <see cref="To"/> and <see cref="Own"/>.
    /// </summary>
    public string? From { get; set; }

    /// <summary>The field with the other number.</summary>
    public string? To { get; set; }

    /// <summary>A regular expression that matches the org's own lines.</summary>
    /// <remarks>
    /// A record from an own line is outbound, and a record to an own line is inbound; the other number is the party. A
    /// record between two own lines is stored once, as outbound. A record without an own line does not belong to the
    /// org and is skipped.
    /// </remarks>
    public string? Own { get; set; }
}
