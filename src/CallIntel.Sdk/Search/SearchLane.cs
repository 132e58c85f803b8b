namespace CallIntel.Sdk.Search;

/// <summary>How an event was found. Hits of a lower value are listed first.</summary>
public enum SearchLane
{
    /// <summary>
    /// The event contains all numbers, ids and quoted phrases of the search, or it is one of a contact whose number was
    /// searched for.
    /// </summary>
    Exact = 0,

    /// <summary>The event contains words of the search, or its meaning is close to that of the search.</summary>
    Ranked = 1,
}
