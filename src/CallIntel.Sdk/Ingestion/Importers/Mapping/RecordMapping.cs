using CallIntel.Sdk.Events;

namespace CallIntel.Sdk.Ingestion.Importers.Mapping;

/// <summary>
/// Defines how the records of a file become events. A field is a column of a CSV file, or the path of a property of a
/// JSON object.
/// </summary>
/// <remarks>An importer reads the mapping once, when the import begins. Later changes have no effect.</remarks>
public abstract class RecordMapping
{
    /// <summary>The time at which the event started. Required.</summary>
    public TimeMapping? Time { get; set; }

    /// <summary>The channel of the event: call, SMS, MMS or voicemail. Required.</summary>
    public ValueMapping<EventChannel>? Channel { get; set; }

    /// <summary>The direction of the event. Required.</summary>
    public DirectionMapping? Direction { get; set; }

    /// <summary>The other party.</summary>
    /// <value>
    /// The default value is <see langword="null"/>: the number is withheld, unless <see cref="DirectionMapping.Own"/>
    /// is set.
    /// </value>
    public PartyMapping? Party { get; set; }

    /// <summary>The org's own line, from which the member is derived.</summary>
    /// <value>The default value is <see langword="null"/>: the events do not name a member.</value>
    public LineMapping? Line { get; set; }

    /// <summary>The duration of the event.</summary>
    /// <value>The default value is <see langword="null"/>: unknown.</value>
    public DurationMapping? Duration { get; set; }

    /// <summary>The outcome of the event. <see cref="DurationMapping.Missed"/> takes precedence.</summary>
    /// <value>The default value is <see langword="null"/>: unknown.</value>
    public ValueMapping<EventOutcome>? Outcome { get; set; }

    /// <summary>
    /// The field with the status of the source, which is stored unchanged, for example <c>undelivered</c>.
    /// </summary>
    public string? Status { get; set; }

    /// <summary>The price of the event.</summary>
    /// <value>The default value is <see langword="null"/>: unknown.</value>
    public PriceMapping? Price { get; set; }

    /// <summary>Which records delete a record that was received before. Requires <see cref="ExternalId"/>.</summary>
    /// <value>The default value is <see langword="null"/>: none.</value>
    /// <remarks>
    /// Of such a record, only the external id and the time are read. The time is required, unless the source's times
    /// can change.
    /// </remarks>
    public DeletionMapping? Deletion { get; set; }

    /// <summary>The field with the text of a message.</summary>
    public string? Body { get; set; }

    /// <summary>The field with the transcript of a call.</summary>
    public string? Transcript { get; set; }

    /// <summary>The field with a summary.</summary>
    public string? Summary { get; set; }

    /// <summary>The field with the id that the source gave to the record.</summary>
    /// <value>
    /// The default value is <see langword="null"/>: the metadata and content of a record identify it, unless
    /// <see cref="LineIsIdentity"/> is set.
    /// </value>
    public string? ExternalId { get; set; }

    /// <summary>
    /// The fields that together are the id that the source gave to the record, for example an id and a sequence number.
    /// Their texts are joined with a slash. If one of them is empty, the record has no id. Leave it null if
    /// <see cref="ExternalId"/> is set.
    /// </summary>
    public IReadOnlyList<string>? ExternalIdFields { get; set; }

    /// <summary>The fields with the ids of the conversation and of the parent call, and with other details.</summary>
    /// <value>The default value is <see langword="null"/>: none.</value>
    public DetailsMapping? Details { get; set; }

    /// <summary>
    /// Whether the id of a record is derived from its whole line, with a key of the org, and from the number of equal
    /// lines before it.
    /// </summary>
    /// <value>The default value is <see langword="false"/>.</value>
    /// <remarks>
    /// For files without ids in which two records can be identical. A line that equals one of the 65,536 lines before
    /// it is another record. A line that equals only an earlier line is treated as the same record, so that memory
    /// stays bounded.
    /// </remarks>
    public bool LineIsIdentity { get; set; }

    /// <summary>Sets the time zone of times without an offset, unless it is null.</summary>
    internal void UseTimeZone(string? timeZone)
    {
        if (timeZone is not null && Time is not null)
            Time.TimeZone = timeZone;
    }
}
