using CallIntel.Sdk.Events;

namespace CallIntel.Sdk.Ingestion.Importers;

/// <summary>How the records of a file become events. A field is a column of a CSV file, or the path of a JSON property.</summary>
/// <remarks>Read once when an import begins; a change during it has no effect.</remarks>
public abstract class RecordMapping
{
    /// <summary>When the event began. Required.</summary>
    public TimeMapping? Time { get; set; }

    /// <summary>Call, SMS, MMS or voicemail. Required.</summary>
    public ValueMapping<EventChannel>? Channel { get; set; }

    /// <summary>Who began: told by a field, or by which side is one of our own lines. Required.</summary>
    public DirectionMapping? Direction { get; set; }

    /// <summary>The other party.</summary>
    /// <value>The default value is <see langword="null"/>: withheld, unless <see cref="DirectionMapping.Own"/> tells the sides apart.</value>
    public PartyMapping? Party { get; set; }

    /// <summary>The own line, from which the member is made.</summary>
    /// <value>The default value is <see langword="null"/>: nobody's in particular.</value>
    public LineMapping? Line { get; set; }

    /// <summary>How long it lasted.</summary>
    /// <value>The default value is <see langword="null"/>: the file does not say.</value>
    public DurationMapping? Duration { get; set; }

    /// <summary>How it ended. A duration that says "missed" goes first.</summary>
    /// <value>The default value is <see langword="null"/>: unknown.</value>
    public ValueMapping<EventOutcome>? Outcome { get; set; }

    /// <summary>The field with how it ended in the source's own word, for example <c>undelivered</c>; <see cref="Outcome"/> is what it means.</summary>
    public string? Status { get; set; }

    /// <summary>What it cost.</summary>
    /// <value>The default value is <see langword="null"/>: the file does not say.</value>
    public PriceMapping? Price { get; set; }

    /// <summary>Which records delete what was delivered before. Needs <see cref="ExternalId"/>.</summary>
    /// <value>The default value is <see langword="null"/>: none.</value>
    /// <remarks>A deletion needs the id, and a time unless the source's times may change; nothing else of it is read.</remarks>
    public DeletionMapping? Deletion { get; set; }

    /// <summary>The field with the text of a message.</summary>
    public string? Body { get; set; }

    /// <summary>The field with the words of a call.</summary>
    public string? Transcript { get; set; }

    /// <summary>The field with a summary.</summary>
    public string? Summary { get; set; }

    /// <summary>The field with the source's own id of the record.</summary>
    /// <value>The default value is <see langword="null"/>: the facts identify the record, unless <see cref="LineIsIdentity"/> is set.</value>
    public string? ExternalId { get; set; }

    /// <summary>Makes the id of the whole line: when it is stored, a digest of it under a key of the org, and for a repeated line of how often it came before.</summary>
    /// <value>The default value is <see langword="false"/>.</value>
    /// <remarks>
    /// For files without ids in which two records may truly be alike. An equal line at most 65,536 records further on is the next record of its
    /// kind; one still further away is taken for the same record delivered again, so that memory stays bounded.
    /// </remarks>
    public bool LineIsIdentity { get; set; }
}
