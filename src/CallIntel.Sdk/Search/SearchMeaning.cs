namespace CallIntel.Sdk.Search;

/// <summary>Whether a search also compared meanings, and why not.</summary>
public enum SearchMeaning
{
    /// <summary>
    /// The hits are ranked by words only: the org has no embeddings, this process has no model at all, or the search
    /// is not a text.
    /// </summary>
    Off = 0,

    /// <summary>The hits are ranked by words and by meaning.</summary>
    Used = 1,

    /// <summary>The same, but embeddings of some contents are still being computed.</summary>
    Partial = 2,

    /// <summary>
    /// The hits are ranked by words only, because this process does not have the model of the org, or the generator
    /// failed.
    /// </summary>
    Unavailable = 3,
}
