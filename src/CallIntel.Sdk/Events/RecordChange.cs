namespace CallIntel.Sdk.Events;

/// <summary>What a record does to what is stored of it.</summary>
public enum RecordChange
{
    /// <summary>Stores it, or brings what is stored up to date.</summary>
    None = 0,

    /// <summary>The source deleted it: it is removed, and older deliveries of it do not bring it back.</summary>
    Deleted = 1,

    /// <summary>
    /// The source took its words away and kept the facts: its content is removed, and older deliveries do not bring it
    /// back.
    /// </summary>
    Redacted = 2,
}
