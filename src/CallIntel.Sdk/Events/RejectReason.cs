namespace CallIntel.Sdk.Events;

/// <summary>The reason why a record could not be stored. Stored as text in <c>ingest_rejects.reason</c>.</summary>
public enum RejectReason
{
    /// <summary>The record could not be parsed.</summary>
    Malformed,

    /// <summary>The bytes are not valid in the encoding that the source declared.</summary>
    WrongEncoding,

    /// <summary>The record has no time.</summary>
    MissingTime,

    /// <summary>The time is before 1980 or more than two days ahead.</summary>
    TimeOutOfRange,

    /// <summary>
    /// The party is not a number, short code, sender name or id. Earlier versions rejected such records; they are now
    /// stored with the party as an id.
    /// </summary>
    UnknownNumberFormat,

    /// <summary>The channel, direction or outcome is not a known value.</summary>
    UnknownCode,

    /// <summary>The duration is negative or longer than a month.</summary>
    DurationOutOfRange,

    /// <summary>A text exceeds its maximum length.</summary>
    TextTooLong,

    /// <summary>A text contains a NUL character.</summary>
    NulCharacter,

    /// <summary>
    /// The person was erased, so their content must not be stored again. Nothing of the record is kept.
    /// </summary>
    SubjectErased,

    /// <summary>The record is neither a call nor a message, for example a draft or a fax.</summary>
    NotAnEvent,
}
