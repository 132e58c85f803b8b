namespace CallIntel.Sdk.Events;

/// <summary>Why a record could not be stored; kept as text in <c>ingest_rejects.reason</c>.</summary>
public enum RejectReason
{
    /// <summary>The record could not be parsed.</summary>
    Malformed,

    /// <summary>The bytes are not text in the encoding the source promised.</summary>
    WrongEncoding,

    /// <summary>There is no time.</summary>
    MissingTime,

    /// <summary>The time is before 1980 or more than two days ahead.</summary>
    TimeOutOfRange,

    /// <summary>The party is no number, short code, sender name or id.</summary>
    UnknownNumberFormat,

    /// <summary>Channel, direction or outcome is not one of the known ones.</summary>
    UnknownCode,

    /// <summary>The duration is negative or longer than a month.</summary>
    DurationOutOfRange,

    /// <summary>A text is longer than its limit.</summary>
    TextTooLong,

    /// <summary>A text holds a NUL character.</summary>
    NulCharacter,

    /// <summary>
    /// The person was erased, and content of theirs is not stored again. Nothing of the record is kept.
    /// </summary>
    SubjectErased,

    /// <summary>The record is no call and no message, for example a draft or a fax.</summary>
    NotAnEvent,
}
