namespace CallIntel.Sdk.Search;

/// <summary>A text of an event that can be searched.</summary>
public enum SearchField
{
    /// <summary>The text of a message.</summary>
    Body = 1,

    /// <summary>The transcript of a call or voicemail.</summary>
    Transcript = 2,

    /// <summary>The summary of an event.</summary>
    Summary = 3,
}
