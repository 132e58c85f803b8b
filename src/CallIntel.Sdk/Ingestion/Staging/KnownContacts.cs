using System.Collections.Concurrent;
using CallIntel.Sdk.Tenancy;

namespace CallIntel.Sdk.Ingestion.Staging;

/// <summary>
/// Caches the contact of each number that the process has seen recently, which saves webhooks a round trip. Contains
/// digests, no numbers.
/// </summary>
/// <remarks>
/// Thread-safe. A number keeps its contact as long as it is stored under the same digest. It is removed when the person
/// is erased, so entries expire as soon as cached keys do.
/// </remarks>
sealed class KnownContacts(TimeProvider time)
{
    const int Most = 100_000;
    static readonly TimeSpan Life = TimeSpan.FromMinutes(5);
    readonly ConcurrentDictionary<(OrgId Org, Guid Number), (ResolvedParty Party, long Since)> _contacts = new();

    internal ResolvedParty? Find(OrgId org, Guid number) =>
        _contacts.TryGetValue((org, number), out (ResolvedParty Party, long Since) known)
        && time.GetElapsedTime(known.Since) < Life
            ? known.Party
            : null;

    internal void Add(OrgId org, Guid number, ResolvedParty party)
    {
        if (_contacts.Count >= Most)
            _contacts.Clear();
        _contacts[(org, number)] = (party, time.GetTimestamp());
    }

    /// <summary>Forgets all contacts, because numbers were suppressed or contacts erased.</summary>
    internal void Clear() => _contacts.Clear();
}
