namespace CallIntel.Sdk.Events;

/// <summary>How a record changes what is stored.</summary>
public enum RecordChange
{
    /// <summary>Stores the record or updates the stored one.</summary>
    None = 0,

    /// <summary>
    /// The source deleted the record. It is removed, and older versions do not restore it. Records of a party under a
    /// legal hold stay.
    /// </summary>
    Deleted = 1,

    /// <summary>
    /// The source removed the content but kept the metadata. The content is deleted, and older versions do not restore
    /// it. Content of a party under a legal hold stays.
    /// </summary>
    Redacted = 2,
}
