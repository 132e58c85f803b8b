namespace CallIntel.Sdk.Search;

/// <summary>
/// The language whose grammar text search uses: words with the same stem match each other, and frequent function words
/// are not indexed. Words of other languages are found as they are written. Chinese, Japanese, Korean and Thai texts
/// are found by pairs of characters in every setting.
/// </summary>
/// <remarks>Stored in the database. Never change the numbers.</remarks>
public enum SearchLanguage
{
    /// <summary>No grammar: words match only in the same form, apart from case and accents.</summary>
    None = 0,

    /// <summary>English.</summary>
    English = 1,

    /// <summary>Danish.</summary>
    Danish = 2,

    /// <summary>Dutch.</summary>
    Dutch = 3,

    /// <summary>French.</summary>
    French = 4,

    /// <summary>German.</summary>
    German = 5,

    /// <summary>Italian.</summary>
    Italian = 6,

    /// <summary>Norwegian.</summary>
    Norwegian = 7,

    /// <summary>Portuguese.</summary>
    Portuguese = 8,

    /// <summary>Spanish.</summary>
    Spanish = 9,

    /// <summary>Swedish.</summary>
    Swedish = 10,
}
