using System.Collections.Concurrent;
using CallIntel.Sdk.Tenancy;

namespace CallIntel.Sdk.Search;

/// <summary>
/// The language of each org's index as this process saw it last. A search reads the current one along with its hits,
/// and repeats itself if it is another one.
/// </summary>
/// <remarks>Thread-safe.</remarks>
sealed class SearchCache
{
    const int MaxOrgs = 10_000;
    readonly ConcurrentDictionary<OrgId, SearchLanguage> _languages = new();

    internal SearchLanguage LanguageOf(OrgId org) => _languages.GetValueOrDefault(org, SearchLanguage.English);

    internal void Set(OrgId org, SearchLanguage language)
    {
        if (_languages.Count >= MaxOrgs)
            _languages.Clear();
        _languages[org] = language;
    }
}
